using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Reads a feed piece by piece, each from where the piece before ended.</summary>
internal sealed class ChangesReader(Exchange exchange, ChangesOptions options)
{
    private const int PageSize = 1000;
    private const long PageBytes = 4 << 20;

    private string? _start;
    private string? _since;
    private long _read;
    private long? _pending;
    private int _skip;
    private long _consumed;
    private string? _passedOver;
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
            var countPending = options.Filter.IsNone && _skip == 0;
            var page = await ReadAsync(_since, limit, options.Filter.DocumentIds, countPending);
            var results = await SelectAsync(page);
            _read += results.Count;
            _consumed += options.Filter.ByDocument is not null && AtLimit && results.Count > 0
                ? page.Results.TakeWhile(change => change.Sequence != results[^1].Sequence).Count() + 1
                : page.Results.Count;
            _pending = countPending ? page.Pending : null;
            _since = LastSequence = AtLimit && results.Count > 0 ? _passedOver ?? results[^1].Sequence : page.LastSequence;
            _skip += page.Results.Count;
            var isLast = page.Results.Count < limit && !page.IsCut;
            _finished = options.Descending && isLast;
            if (results.Count > 0 || AtLimit || isLast)
                return results;
        }

        return [];
    }

    /// <summary>
    /// How many changes come after the last one read; of a filtered feed, but for one by the documents, CouchDB counts all it left
    /// out.
    /// </summary>
    public async Task<long> CountPendingAsync()
    {
        if (_pending is { } known)
            return known;

        var all = await ReadAsync(_start, limit: 0, documentIds: null, countPending: true);
        return Math.Max(0, all.Results.Count + all.Pending - (options.Filter.ByDocument is null ? _read : _consumed));
    }

    private int PageLimit() => options.Filter.DesignOnly || options.Filter.ByDocument is not null ? PageSize : Remaining;

    private async ValueTask<IReadOnlyList<DocumentChange>> SelectAsync(ChangesPage page)
    {
        var room = (options.Limit ?? int.MaxValue) - _read;
        if (options.Filter.ByDocument is { } filter)
        {
            var passed = new List<DocumentChange>();
            _passedOver = null;
            foreach (var change in page.Results)
            {
                var passing = await filter.PassAsync(exchange, change);
                if (passed.Count >= room)
                {
                    // As in CouchDB, a feed that has enough is past the next change too if that does not pass.
                    _passedOver = passing is null && !options.Descending ? change.Sequence : null;
                    break;
                }

                if (passing is not null)
                    passed.Add(passing);
            }

            return passed;
        }

        return options.Filter.DesignOnly
            ? [.. page.Results
                .Where(change => change.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                .Take((int)room)]
            : page.Results;
    }

    private async Task<ChangesPage> ReadAsync(
        string? since, int limit, IReadOnlyCollection<string>? documentIds, bool countPending)
    {
        var page = await exchange.Store.ReadChangesAsync(
            exchange.Database,
            new ChangesQuery
            {
                Since = since,
                Limit = limit,
                Descending = options.Descending,
                IncludeDocuments = options.IncludeDocuments || options.Filter.ByDocument is not null,
                AllLeaves = options.AllLeaves,
                DocumentIds = documentIds,
                // The order of a feed that runs backwards is not one to go on in: what was read is left out.
                Skip = options.Descending && limit > 0 ? _skip : 0,
                MaxBytes = PageBytes,
                CountPending = countPending,
            },
            exchange.Aborted);
        return exchange.Http.Features.Get<IChangesVeil>() is { } veil
            ? page with { Results = await veil.HideAsync(page.Results) }
            : page;
    }
}
