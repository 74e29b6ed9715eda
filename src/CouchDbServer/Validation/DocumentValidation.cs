using System.Buffers;
using System.Globalization;
using System.Text;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Validation;

/// <summary>Asks the database's functions (<c>validate_doc_update</c>) whether documents may be written.</summary>
/// <remarks>
/// What a function is shown as the document before is the revision that the write names as its parent, whose content never
/// changes; whether it still is one that can be replaced is decided by the store afterwards, together with the write.
/// </remarks>
internal static class DocumentValidation
{
    private static readonly Dictionary<WriteRequest, CouchException> Nothing = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="CouchException">The document may not be written.</exception>
    public static async Task RequireAsync(Exchange exchange, WriteRequest write, bool newEdits)
    {
        if ((await RefuseAsync(exchange, [write], newEdits)).TryGetValue(write, out var refusal))
            throw refusal;
    }

    /// <summary>Those that may not be written, and why. Design and local documents are not asked about.</summary>
    public static async Task<Dictionary<WriteRequest, CouchException>> RefuseAsync(
        Exchange exchange, IReadOnlyCollection<WriteRequest> writes, bool newEdits)
    {
        if (exchange.Protocol is not ServerContext server || !writes.Any(IsAskedAbout))
            return Nothing;
        var functions = await server.Validations.OfAsync(exchange.Database);
        if (functions.Count == 0)
            return Nothing;

        var asked = new List<Question>();
        foreach (var write in writes.Where(IsAskedAbout))
        {
            if (await (newEdits ? OfEditAsync(exchange, write) : OfReplicatedAsync(exchange, write)) is { } question)
                asked.Add(question);
        }

        var user = User(exchange);
        var security = await DatabaseSettings.SecurityTextAsync(exchange);
        return await ScriptThread.RunAsync(server.Scripts!, () => Ask(functions, asked, user, security), exchange.Aborted);
    }

    /// <summary>To be called after a design document, or perhaps one, was written.</summary>
    public static void Forget(Exchange exchange, IEnumerable<string> ids)
    {
        if (exchange.Protocol is ServerContext server && ids.Any(IsDesign))
            server.Validations.Forget(exchange.Database);
    }

    private static Dictionary<WriteRequest, CouchException> Ask(
        IReadOnlyList<ValidationFunction> functions, List<Question> asked, string user, string security)
    {
        var refused = new Dictionary<WriteRequest, CouchException>(ReferenceEqualityComparer.Instance);
        foreach (var question in asked)
        {
            var document = Show(question.Write);
            var refusal = functions
                .Select(function => function.Refusal(document, question.Before, user, security))
                .FirstOrDefault(refusal => refusal is not null);

            // A conflict comes first, so that a client knows what to do about it.
            if (refusal is not null)
                refused[question.Write] = question.Conflicts ? CouchException.Conflict() : refusal;
        }

        return refused;
    }

    private static bool IsAskedAbout(WriteRequest write) => !write.IsLocal && !IsDesign(write.Id);

    private static bool IsDesign(string id) => id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal);

    private static async Task<Question?> OfEditAsync(Exchange exchange, WriteRequest write)
    {
        if (write.ToEdit().Parent is { } parent)
        {
            var before = await ReadAsync(exchange, write.Id, parent);
            return new(write, before, Conflicts: before is null);
        }

        var current = await exchange.Store.GetAsync(exchange.Database, write.Id, ReadOptions.Winner, exchange.Aborted);
        return new(write, Before: null, Conflicts: current is { Deleted: false });
    }

    /// <summary>What is known already is not asked about again; the rest comes after the nearest ancestor that is known.</summary>
    private static async Task<Question?> OfReplicatedAsync(Exchange exchange, WriteRequest write)
    {
        if (await exchange.Store.GetAsync(exchange.Database, write.Id, ReadOptions.Winner, exchange.Aborted) is null)
            return new(write, null, false);
        for (var i = 0; i < write.Path.Count; i++)
        {
            if (await ReadAsync(exchange, write.Id, write.Path[i]) is { } before)
                return i == 0 ? null : new(write, before, false);
        }

        return new(write, null, false);
    }

    private static async Task<string?> ReadAsync(Exchange exchange, string id, Revision revision)
    {
        var options = new ReadOptions { Revision = revision, WithRevisions = true };
        if (await exchange.Store.GetAsync(exchange.Database, id, options, exchange.Aborted) is not { } document)
            return null;
        var json = new ArrayBufferWriter<byte>(document.Members.Length + 256);
        DocumentCodec.WriteWithAttachments(json, document);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static string Show(WriteRequest write)
    {
        var output = new ArrayBufferWriter<byte>(write.Members.Length + 256);
        var json = new JsonOutput(output).Raw("{\"_id\":"u8).String(write.Id);
        if (write.Path is [var revision, ..])
        {
            json.Raw(",\"_rev\":"u8).String(revision).Raw(",\"_revisions\":{\"start\":"u8).Number(revision.Generation)
                .Raw(",\"ids\":"u8).Strings(write.Path.Select(known => known.Hash)).Raw("}"u8);
        }

        if (write.Deleted)
            json.Raw(",\"_deleted\":true"u8);
        if (write.Attachments.Count > 0)
            ShowAttachments(json, write.Attachments);
        if (!write.Members.IsEmpty)
            json.Raw(","u8).Raw(write.Members.Span);
        json.Raw("}"u8);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void ShowAttachments(JsonOutput json, IReadOnlyList<AttachmentEdit> attachments)
    {
        json.Raw(",\"_attachments\":"u8);
        var next = "{"u8.ToArray();
        foreach (var attachment in attachments)
        {
            json.Raw(next).String(attachment.Name).Raw(":{\"content_type\":"u8)
                .String(attachment.ContentType ?? "application/octet-stream").Raw(",\"stub\":true}"u8);
            next = ","u8.ToArray();
        }

        json.Raw("}"u8);
    }

    private static string User(Exchange exchange)
    {
        var output = new ArrayBufferWriter<byte>();
        new JsonOutput(output).Raw("{\"db\":"u8).String(exchange.Database.ToString()).Raw(",\"name\":"u8).String(exchange.User)
            .Raw(exchange.User is null ? ",\"roles\":[]}"u8 : ",\"roles\":[\"_admin\"]}"u8);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>A document that is to be written, as the functions are asked about it.</summary>
    /// <param name="Write">What is written.</param>
    /// <param name="Before">The JSON of the revision that it comes after; null for none.</param>
    /// <param name="Conflicts">Whether the store would refuse it in any case.</param>
    private sealed record Question(WriteRequest Write, string? Before, bool Conflicts);
}
