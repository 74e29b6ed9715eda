using System.Buffers;
using Cozy.Storage.Documents.Json;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Selectors;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Makes the keys of documents in indexes. For one thread at a time.</summary>
internal sealed class IndexKeys
{
    private readonly ArrayBufferWriter<byte> _document = new(2048);

    /// <summary>Takes the document that keys are asked for next.</summary>
    public void Read(StoredDocument document)
    {
        _document.ResetWrittenCount();
        DocumentCodec.Write(_document, document);
    }

    /// <summary>The document's key in an index; null when the index does not list it.</summary>
    public byte[]? Of(MangoIndex index)
    {
        if (index.PartialFilter is { } filter && !Matches(filter))
            return null;
        using var key = new ByteBuffer(256);
        foreach (var column in index.Columns)
        {
            if (column.Find(_document.WrittenSpan, out var value) != FieldSearch.Found)
                return null;
            ValueKey.Write(value, key);
        }

        return key.Written.ToArray();
    }

    /// <summary>An expression that takes too long on a document does not list it; a write must not fail for it.</summary>
    private bool Matches(Selector filter)
    {
        try
        {
            return filter.Matches(_document.WrittenSpan);
        }
        catch (DocumentStoreException)
        {
            return false;
        }
    }
}
