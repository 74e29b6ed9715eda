using System.Globalization;
using System.Text;

namespace Cozy.Storage.Documents.CouchDb;

/// <content>Attachments, purging, compaction, limits.</content>
public sealed partial class CouchDbDocumentStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<LocalDocument>> ListLocalAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default)
    {
        var path = CouchPath.Of(database, "_local_docs").With(
            ("startkey", LocalKey(query.StartKey)),
            ("endkey", LocalKey(query.EndKey)),
            ("inclusive_end", query.InclusiveEnd ? null : "false"),
            ("descending", CouchPath.Flag(query.Descending)),
            ("limit", query.Limit?.ToString(CultureInfo.InvariantCulture)),
            ("skip", query.Skip > 0 ? query.Skip.ToString(CultureInfo.InvariantCulture) : null),
            ("include_docs", "true"));
        using var answer = query.Keys is null
            ? await SendAsync(HttpMethod.Get, path, cancellationToken)
            : await SendAsync(
                HttpMethod.Post, path, cancellationToken,
                CouchRequestWriter.List("keys", query.Keys.Select(key => DocumentId.LocalPrefix + key)));
        return answer.Read(CouchAnswerReader.Locals);

        static string? LocalKey(string? key) => key is null ? null : CouchRequestWriter.Quote(DocumentId.LocalPrefix + key);
    }

    /// <inheritdoc/>
    public async Task<AttachmentContent?> OpenAttachmentAsync(
        DatabaseName database, string id, Revision? revision, string name, CancellationToken cancellationToken = default)
    {
        var options = new ReadOptions { Revision = revision };
        var document = await GetAsync(database, id, options, attachmentEncodings: true, cancellationToken);
        if (document?.Attachments.FirstOrDefault(a => a.Name == name) is not { } attachment)
            return null;
        var path = $"{CouchPath.OfDocument(database, id)}/{Uri.EscapeDataString(name)}".With(("rev", document.Revision.ToString()));
        var stream = await _http.OpenAsync(path, attachment.Encoding, cancellationToken);
        return stream is null ? null : new AttachmentContent(attachment, stream);
    }

    /// <inheritdoc/>
    public async Task<int> GetRevisionsLimitAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(HttpMethod.Get, CouchPath.Of(database, "_revs_limit"), cancellationToken);
        return answer.Read(json => json.GetInt32());
    }

    /// <inheritdoc/>
    public async Task SetRevisionsLimitAsync(DatabaseName database, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        using var answer = await SendAsync(
            HttpMethod.Put,
            CouchPath.Of(database, "_revs_limit"),
            cancellationToken,
            Encoding.ASCII.GetBytes(limit.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Asks the server to compact; it does so in its own time.</summary>
    public async Task CompactAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, CouchPath.Of(database, "_compact"), cancellationToken, "{}"u8.ToArray());
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Revision>>> PurgeAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default)
    {
        // What was purged before is not there the second time: not repeated, so that the answer tells what was.
        using var answer = await _http.SendAsync(
            HttpMethod.Post,
            CouchPath.Of(database, "_purge"),
            CouchRequestWriter.Revisions(revisions),
            Repeat.IfNotSent,
            cancellationToken);
        if (!answer.IsSuccess)
            throw CouchErrors.From(answer);
        return answer.Read(json => json.GetProperty("purged").EnumerateObject().ToDictionary(
            member => member.Name,
            member => (IReadOnlyList<Revision>)CouchAnswerReader.Revisions(json.GetProperty("purged"), member.Name),
            StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PurgeRecord>> ListPurgesAsync(
        DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(HttpMethod.Get, CouchPath.Of(database, "_purged_infos"), cancellationToken);
        return answer.Read(json => json.GetProperty("purged_infos").EnumerateArray()
            .Select(info => new PurgeRecord(info.GetProperty("id").GetString()!, CouchAnswerReader.Revisions(info, "revs")))
            .ToList());
    }
}
