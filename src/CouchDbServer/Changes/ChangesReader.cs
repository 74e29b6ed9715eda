using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Reads a feed piece by piece, each from where the piece before ended.</summary>
internal sealed class ChangesReader(Exchange exchange, ChangesOptions options)
{
    private const int PageSize = 1000;

    private string? _start;
    private string? _since;
    private long _read;
    private long _pending;
    private bool _finished;

    /// <summary>Where the feed stands.</summary>
    public string LastSequence { get; private set; } = "0";

    /// <summary>Whether as many changes were read as were asked for.</summary>
    public bool AtLimit => _read >= (options.Limit ?? long.MaxValue);

    private int Remaining => (int)Math.Min(PageSize, (options.Limit ?? long.MaxValue) - _read);

    /// <summary>Finds the place to start from.</summary>
    public async Task StartAsync()
    {
        // Newest first is the whole feed, wherever it was asked to start.
        _start = options.Descending ? null : options.Since;
        if (_start == "now")
        {
            var info = await exchange.Store.GetInfoAsync(exchange.Database, exchange.Aborted)
                ?? throw CouchException.DatabaseMissing();
            _start = info.UpdateSequence;
        }

        _since = _start;
    }

    /// <summary>Reads on; an empty answer is the end for now.</summary>
    public async Task<IReadOnlyList<DocumentChange>> NextAsync()
    {
        while (!_finished)
        {
            var limit = PageLimit();
            var page = await ReadAsync(_since, limit, options.Filter.DocumentIds);
            var results = Select(page);
            _read += results.Count;
            _pending = page.Pending;
            _since = LastSequence = AtLimit && results.Count > 0 ? results[^1].Sequence : page.LastSequence;
            // The order of a descending feed is not one to go on in: it is read in one piece.
            _finished = options.Descending;
            if (results.Count > 0 || AtLimit || limit is null || page.Results.Count < limit)
                return results;
        }

        return [];
    }

    /// <summary>How many changes come after the last one read; of a filtered feed CouchDB counts all it left out.</summary>
    public async Task<long> CountPendingAsync()
    {
        if (options.Filter.IsNone)
            return _pending;

        var all = await ReadAsync(_start, limit: 0, documentIds: null);
        return Math.Max(0, all.Pending - _read);
    }

    private int? PageLimit() =>
        !options.Descending ? (options.Filter.DesignOnly ? PageSize : Remaining)
        : options.Filter.DesignOnly ? null
        : options.Limit;

    private IReadOnlyList<DocumentChange> Select(ChangesPage page) =>
        options.Filter.DesignOnly
            ? [.. page.Results
                .Where(change => change.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                .Take(options.Limit is { } limit ? (int)(limit - _read) : int.MaxValue)]
            : page.Results;

    private Task<ChangesPage> ReadAsync(string? since, int? limit, IReadOnlyCollection<string>? documentIds) =>
        exchange.Store.ReadChangesAsync(
            exchange.Database,
            new ChangesQuery
            {
                Since = since,
                Limit = limit,
                Descending = options.Descending,
                IncludeDocuments = options.IncludeDocuments,
                AllLeaves = options.AllLeaves,
                DocumentIds = documentIds,
            },
            exchange.Aborted);
}
