using System.Collections.Concurrent;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>
/// Sends edits that arrive while a request to their database is under way together in the next one: the server syncs
/// its disk once a request, so this is what makes many writers fast. A lone edit is sent at once.
/// </summary>
internal sealed class EditBatches(
    Func<DatabaseName, IReadOnlyList<DocumentEdit>, Task<IReadOnlyList<EditResult>>> send)
{
    private const int MaxEdits = 500;

    private readonly ConcurrentDictionary<DatabaseName, Queue> _queues = new();

    /// <summary>Applies edits; once they are on their way a cancellation only stops the wait for them.</summary>
    public Task<IReadOnlyList<EditResult>> EditAsync(
        DatabaseName database, IReadOnlyList<DocumentEdit> edits, CancellationToken cancellationToken)
    {
        var entry = new Entry(edits);
        while (true)
        {
            var queue = _queues.GetOrAdd(database, static _ => new Queue());
            bool leads;
            lock (queue)
            {
                if (queue.IsRetired)
                    continue;
                queue.Waiting.AddLast(entry);
                leads = !queue.IsSending;
                queue.IsSending = true;
            }

            if (leads)
                _ = SendAllAsync(database, queue);
            return entry.Completion.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task SendAllAsync(DatabaseName database, Queue queue)
    {
        while (Take(database, queue) is { Count: > 0 } batch)
            await SendAsync(database, batch);
    }

    /// <summary>
    /// Takes what fits in one request. An edit of a document that is in it already waits for the next: which of two
    /// edits of one document wins must not depend on how a server orders a batch.
    /// </summary>
    private List<Entry> Take(DatabaseName database, Queue queue)
    {
        lock (queue)
        {
            var batch = new List<Entry>();
            var ids = new HashSet<string>(StringComparer.Ordinal);
            var count = 0;
            for (var node = queue.Waiting.First; node is not null;)
            {
                var next = node.Next;
                var entry = node.Value;
                var fits = batch.Count == 0 || count + entry.Edits.Count <= MaxEdits;
                if (fits && (batch.Count == 0 || !entry.Edits.Any(edit => ids.Contains(edit.Id))))
                {
                    batch.Add(entry);
                    count += entry.Edits.Count;
                    queue.Waiting.Remove(node);
                }

                // What was left behind keeps its place before later edits of the same documents.
                ids.UnionWith(entry.Edits.Select(edit => edit.Id));
                if (count >= MaxEdits)
                    break;
                node = next;
            }

            if (batch.Count == 0)
            {
                queue.IsRetired = true;
                _queues.TryRemove(new KeyValuePair<DatabaseName, Queue>(database, queue));
            }

            return batch;
        }
    }

    private async Task SendAsync(DatabaseName database, List<Entry> batch)
    {
        try
        {
            var edits = batch.Count == 1 ? batch[0].Edits : [.. batch.SelectMany(entry => entry.Edits)];
            var results = await send(database, edits);
            var first = 0;
            foreach (var entry in batch)
            {
                entry.Completion.TrySetResult([.. results.Skip(first).Take(entry.Edits.Count)]);
                first += entry.Edits.Count;
            }
        }
        catch (DocumentStoreException failure) when (batch.Count > 1 && IsRefusal(failure.Kind))
        {
            // The server refuses a whole request for one bad document: nothing was written, and the others are not to blame.
            foreach (var entry in batch)
                await SendAsync(database, [entry]);
        }
        catch (Exception failure)
        {
            foreach (var entry in batch)
                entry.Completion.TrySetException(failure);
        }
    }

    private static bool IsRefusal(StoreError kind) => kind is StoreError.InvalidDocument or StoreError.TooLarge;

    private sealed class Queue
    {
        public LinkedList<Entry> Waiting { get; } = new();

        public bool IsSending { get; set; }

        public bool IsRetired { get; set; }
    }

    private sealed record Entry(IReadOnlyList<DocumentEdit> Edits)
    {
        public TaskCompletionSource<IReadOnlyList<EditResult>> Completion { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
