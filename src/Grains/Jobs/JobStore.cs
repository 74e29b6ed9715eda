using System.Text;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Jobs;

/// <summary>
/// The documents of one instance's jobs. Edits that come while others are being written go together, so that many small
/// steps cost few writes. Only for use on the turns of the queue's grain.
/// </summary>
internal sealed class JobStore(IGrainFactory grains, string instanceId)
{
    public const string Doctype = "io.cozy.jobs";
    private const int MostEdits = 200;
    private const long MostBytes = 3 << 20;
    private const int PageSize = 1000;

    // The names are cozy-stack's, but for the first.
    private static readonly (string Document, string Body)[] Indexes =
    [
        ("open", """{"index":{"fields":["queued_at"],"partial_filter_selector":{"state":{"$in":["queued","running"]}}},"ddoc":"open","name":"open"}"""),
        ("by-trigger-id", """{"index":{"fields":["trigger_id","queued_at"]},"ddoc":"by-trigger-id","name":"by-trigger-id"}"""),
    ];

    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));
    private readonly Queue<(Edit Edit, TaskCompletionSource<EditOutcome> Done)> _waiting = new();
    private bool _isWriting;
    private bool _isIndexed;

    /// <summary>Writes a job down.</summary>
    /// <returns>The job with its new revision; null when somebody else had changed it.</returns>
    /// <exception cref="CozyException">The store failed; whether it was written is not known.</exception>
    public async Task<JobDocument?> WriteAsync(JobDocument job)
    {
        var outcome = await EditAsync(new Edit(job.Id, job.Revision, false, job.ToMembers()));
        return outcome.Revision is null ? null : job with { Revision = outcome.Revision };
    }

    /// <summary>Removes documents of jobs.</summary>
    public Task<IReadOnlyList<EditOutcome>> RemoveAsync(IEnumerable<(string Id, string Revision)> jobs) =>
        _documents.EditAsync([.. jobs.Select(job => new Edit(job.Id, job.Revision, true, default))]);

    /// <summary>A job; null when there is none.</summary>
    public async Task<Document?> FindAsync(string id)
    {
        if (id.StartsWith('_'))
            return null;
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: false } found ? found : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The jobs that wait or run.</summary>
    public async Task<IReadOnlyList<JobDocument>> ListOpenAsync()
    {
        if (await _documents.DescribeAsync() is null)
            return [];
        await IndexAsync();
        var found = await FindAsync(
            """{"selector":{"queued_at":{"$gt":null},"state":{"$in":["queued","running"]}},"use_index":"open" """, null, int.MaxValue);
        return [.. found.Select(JobDocument.Parse)];
    }

    /// <summary>The jobs of a trigger, the newest first.</summary>
    /// <param name="triggerId">Which trigger.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<IReadOnlyList<Document>> ListOfTriggerAsync(string triggerId, int limit)
    {
        if (await _documents.DescribeAsync() is null)
            return [];
        await IndexAsync();
        var id = JsonSerializer.Serialize(triggerId);
        var selector = $$"""{"trigger_id":{{id}},"queued_at":{"$gt":null} }""";
        return await FindAsync(
            $$"""{"selector":{{selector}},"sort":[{"trigger_id":"desc"},{"queued_at":"desc"}],"use_index":"by-trigger-id" """, null, limit);
    }

    /// <summary>A page of all jobs in the order of their ids.</summary>
    /// <param name="after">The last id of the page before; null for the first.</param>
    public async Task<ListingPage?> ListAsync(string? after)
    {
        try
        {
            return await _documents.ListAsync(new ListingQuery
            {
                StartKey = after,
                Skip = after is null ? 0 : 1,
                Limit = PageSize,
                IncludeDocuments = true,
            });
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<EditOutcome> EditAsync(Edit edit)
    {
        await IndexAsync();
        var done = new TaskCompletionSource<EditOutcome>();
        _waiting.Enqueue((edit, done));
        if (!_isWriting)
            _ = WriteWaitingAsync();
        return await done.Task;
    }

    private async Task WriteWaitingAsync()
    {
        _isWriting = true;
        while (_waiting.Count > 0)
        {
            var batch = NextBatch();
            try
            {
                var outcomes = await _documents.EditAsync([.. batch.Select(one => one.Edit)]);
                foreach (var ((_, done), outcome) in batch.Zip(outcomes))
                    done.SetResult(outcome);
            }
            catch (Exception failure)
            {
                foreach (var (_, done) in batch)
                    done.SetException(failure);
            }
        }

        _isWriting = false;
    }

    private List<(Edit Edit, TaskCompletionSource<EditOutcome> Done)> NextBatch()
    {
        var batch = new List<(Edit Edit, TaskCompletionSource<EditOutcome> Done)>();
        var bytes = 0L;
        while (batch.Count < MostEdits && _waiting.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Edit.Members.Length <= MostBytes))
        {
            batch.Add(_waiting.Dequeue());
            bytes += next.Edit.Members.Length;
        }

        return batch;
    }

    private async Task IndexAsync()
    {
        if (_isIndexed)
            return;
        foreach (var (_, body) in Indexes)
            await _documents.CreateIndexAsync(Encoding.UTF8.GetBytes(body));
        _isIndexed = true;
    }

    private async Task<IReadOnlyList<Document>> FindAsync(string query, string? bookmark, int limit)
    {
        var found = new List<Document>();
        while (found.Count < limit)
        {
            var rest = bookmark is null ? "" : $",\"bookmark\":{JsonSerializer.Serialize(bookmark)}";
            var size = Math.Min(limit - found.Count, PageSize);
            var page = await _documents.FindAsync(new MangoQuery(
                Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{query},\"limit\":{size}{rest}}}")), false));
            found.AddRange(page.Documents.Select(ToDocument));
            if (page.Bookmark is null or "nil" || (!page.IsCut && page.Documents.Count < size))
                return found;
            bookmark = page.Bookmark;
        }

        return found;
    }

    private static Document ToDocument(ReadOnlyMemory<byte> json)
    {
        var parsed = Cozy.Storage.Documents.DocumentCodec.Parse(json.Span);
        return new Document(parsed.Id!, parsed.Revision!, false, parsed.Members);
    }
}
