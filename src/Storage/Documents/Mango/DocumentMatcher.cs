using System.Buffers;
using Cozy.Storage.Documents.Mango.Selectors;

namespace Cozy.Storage.Documents.Mango;

/// <summary>
/// Takes the documents of one query one by one, in its order, until it has enough: CouchDB's counting. For one thread.
/// </summary>
internal sealed class DocumentMatcher(FindQuery query, MangoLimits limits)
{
    private readonly ArrayBufferWriter<byte> _document = new(2048);
    private readonly MatchContext _context = query.Selector.NewContext();
    private readonly Projection _projection = new(query.Fields);
    private readonly List<ReadOnlyMemory<byte>> _found = [];
    private long _bytes;
    private int _skip = query.Skip;

    public IReadOnlyList<ReadOnlyMemory<byte>> Found => _found;

    public TimeSpan Elapsed => _context.Elapsed;

    /// <summary>Whether the selector selects a document that is no candidate; how CouchDB counts depends on it.</summary>
    public bool Selects(StoredDocument document)
    {
        _document.ResetWrittenCount();
        DocumentCodec.WriteWithAttachments(_document, document);
        return query.Selector.Root.Matches(_document.WrittenSpan, _context);
    }

    /// <summary>Offers the next document.</summary>
    /// <param name="document">The document, with its conflicts if they are asked for.</param>
    /// <param name="isLast">
    /// Whether the query has enough. That is known only when one more document would match, as CouchDB has it.
    /// </param>
    /// <returns>Whether the document matches and still belongs to this answer: what a bookmark may point to.</returns>
    public bool Offer(StoredDocument document, out bool isLast)
    {
        isLast = false;
        if (!Selects(document))
            return false;
        if (_skip > 0)
        {
            _skip--;
            return query.Limit > 0;
        }

        if (_found.Count == query.Limit)
        {
            isLast = true;
            return false;
        }

        var told = _projection.Apply(_document.WrittenSpan);
        _bytes += told.Length;
        if (_bytes > limits.MaxResultBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "too_large", "The answer would be too large; ask for less at once.");
        _found.Add(told);
        return true;
    }

    /// <summary>Counts an entry that has no document to look at, so that the time of the query is watched.</summary>
    public void Step() => _context.Step();
}
