using Cozy.Storage.Documents;

namespace Cozy.Web.Data.Listings;

/// <summary>Reads a range of documents page by page, so that a long one needs the memory of one page.</summary>
internal sealed class ListingPages(GrainDocuments documents, DatabaseName database, ListQuery query)
{
    private const int PageRows = 1000;

    private readonly ListQuery _query = query with { CountOffset = false };
    private string? _last;
    private int _left = query.Limit ?? int.MaxValue;
    private bool _isOver;

    /// <summary>Reads on; an empty page is the end.</summary>
    public async Task<IReadOnlyList<DocumentRow>> NextAsync(CancellationToken cancellationToken)
    {
        if (_isOver || _left <= 0)
            return [];

        // The last document of the page before may be gone, so it is asked for again and left out if it is still there.
        var limit = Math.Min(PageRows, _left);
        var next = _last is null
            ? _query with { Limit = limit }
            : _query with { StartKey = _last, Skip = 0, Limit = limit + 1 };
        var page = await documents.ListAsync(database, next, cancellationToken);
        var rows = page.Rows is [{ } first, ..] && first.Id == _last ? [.. page.Rows.Skip(1)] : page.Rows;

        _left -= rows.Count;
        _isOver = rows.Count == 0 || (rows.Count < limit && !page.IsCut);
        if (rows.Count > 0)
            _last = rows[^1].Id;
        return rows;
    }
}
