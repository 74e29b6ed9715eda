using System.Buffers;
using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Views;

/// <summary>
/// The rows of one map over one database, in memory and in order. Each query first brings it up to date with what changed
/// since the last; a restart or a purge makes it begin anew.
/// </summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing.
internal sealed class ViewIndex(DatabaseName database, string map, ScriptLimits limits)
#pragma warning restore CA1001
{
    private const int PageSize = 500;
    private const long PageBytes = 4 << 20;

    private readonly SemaphoreSlim _turn = new(1);
    private Script? _script;
    private ViewRow[] _rows = [];
    private string? _since;
    private string _purged = "";

    /// <summary>About how much memory the rows take.</summary>
    public long Bytes { get; private set; }

    /// <summary>Follows the database and returns the rows as they are then; they do not change any more.</summary>
    /// <exception cref="CouchException">The function is none, takes too much, or emits too much.</exception>
    public async Task<(ViewRow[] Rows, string UpdateSequence)> RefreshAsync(IDocumentAccess documents, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var info = await documents.GetInfoAsync(database, cancellationToken) ?? throw CouchException.DatabaseMissing();
            if (_since is null || Incarnation(_since) != Incarnation(info.UpdateSequence) || _purged != info.PurgeSequence)
                (_rows, _since, Bytes, _purged) = ([], null, 0, info.PurgeSequence);
            if (_since != info.UpdateSequence)
                await FollowAsync(documents, cancellationToken);
            return (_rows, _since ?? info.UpdateSequence);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task FollowAsync(IDocumentAccess documents, CancellationToken cancellationToken)
    {
        _script ??= await ScriptThread.RunAsync(limits, () => Script.Compile(map, limits), cancellationToken);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var added = new List<ViewRow>();
        var (since, bytes) = (_since, Bytes);
        try
        {
            while (true)
            {
                var page = await documents.ReadChangesAsync(
                    database,
                    new ChangesQuery { Since = since, Limit = PageSize, IncludeDocuments = true, MaxBytes = PageBytes, CountPending = false },
                    cancellationToken);
                bytes += await ScriptThread.RunAsync(
                    limits, () => page.Results.Sum(change => Enter(change, changed, added)), cancellationToken);
                if (bytes > limits.MaxViewBytes)
                {
                    throw new CouchException(
                        StatusCodes.Status413PayloadTooLarge, "view_too_large", $"The view takes more than {limits.MaxViewBytes} bytes.");
                }

                since = page.LastSequence;
                if (page.Results.Count < PageSize && !page.IsCut)
                    return;
            }
        }
        finally
        {
            // What was read before a failure or the client's leaving need not be read again.
            Merge(changed, added);
            _since = since;
        }
    }

    private long Enter(DocumentChange change, HashSet<string> changed, List<ViewRow> added)
    {
        if (change.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
            return 0;
        if (!changed.Add(change.Id))
            added.RemoveAll(row => row.Id == change.Id);
        if (change.Deleted || change.Document is not { } document)
            return 0;

        long bytes = 0;
        foreach (var row in Emit(document))
        {
            added.Add(row);
            bytes += row.Bytes;
        }

        return bytes;
    }

    private List<ViewRow> Emit(StoredDocument document)
    {
        var json = new ArrayBufferWriter<byte>(document.Members.Length + 128);
        DocumentCodec.WriteWithAttachments(json, document);
        var rows = new List<ViewRow>();
        try
        {
            var emitted = Encoding.UTF8.GetBytes(_script!.Map(Encoding.UTF8.GetString(json.WrittenSpan)));
            foreach (var pair in JsonText.Parse(emitted).EnumerateArray())
            {
                var key = Raw(pair[0]);
                rows.Add(new ViewRow(CollationKey.Of(key), key, Raw(pair[1]), document.Id));
            }
        }
        catch (Exception failure) when (failure is ScriptException or DocumentStoreException)
        {
            // As in CouchDB, a document the function fails for has no rows; half surrogate pairs are no JSON.
            return [];
        }

        return rows;
    }

    private void Merge(HashSet<string> changed, List<ViewRow> added)
    {
        if (changed.Count == 0)
            return;

        _rows = [.. _rows.Where(row => !changed.Contains(row.Id)).Concat(added).Order(RowOrder.Instance)];
        Bytes = _rows.Sum(row => row.Bytes);
    }

    private static byte[] Raw(JsonElement element) => Encoding.UTF8.GetBytes(element.GetRawText());

    private static string Incarnation(string sequence) => sequence[(sequence.IndexOf('-', StringComparison.Ordinal) + 1)..];

    private sealed class RowOrder : IComparer<ViewRow>
    {
        public static readonly RowOrder Instance = new();

        public int Compare(ViewRow? x, ViewRow? y)
        {
            var order = x!.CompareTo(y!.SortKey, y.Id);
            return order != 0 ? order : CollationKey.Of(x.Value).AsSpan().SequenceCompareTo(CollationKey.Of(y.Value));
        }
    }
}
