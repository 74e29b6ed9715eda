using System.Buffers;
using System.Text.Json;

namespace Cozy.Web.Data.Listings;

/// <summary>Which members of documents to show: paths whose parts are separated by dots.</summary>
internal sealed class FieldSelection
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    private readonly Dictionary<string, FieldSelection> _below = new(StringComparer.Ordinal);
    private bool _isWhole;

    /// <summary>Selects these paths.</summary>
    public FieldSelection(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var at = this;
            foreach (var name in path.Split('.'))
                at = at.Below(name);
            at._isWhole = true;
        }
    }

    private FieldSelection()
    {
    }

    /// <summary>Writes the selected members of a document.</summary>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, Options);
        reader.Read();
        WriteObject(output, document, ref reader);
    }

    private FieldSelection Below(string name)
    {
        if (!_below.TryGetValue(name, out var below))
            _below[name] = below = new FieldSelection();
        return below;
    }

    private void WriteObject(IBufferWriter<byte> output, ReadOnlySpan<byte> document, ref Utf8JsonReader reader)
    {
        output.Write("{"u8);
        var any = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = (int)reader.TokenStartIndex;
            var nameEnd = nameStart + reader.ValueSpan.Length + 2;
            var below = _below.GetValueOrDefault(reader.GetString()!);
            reader.Read();
            if (below is null || (!below._isWhole && reader.TokenType != JsonTokenType.StartObject))
            {
                reader.Skip();
                continue;
            }

            output.Write(any ? ","u8 : ""u8);
            any = true;
            output.Write(document[nameStart..nameEnd]);
            output.Write(":"u8);
            if (below._isWhole)
                CopyValue(output, document, ref reader);
            else
                below.WriteObject(output, document, ref reader);
        }

        output.Write("}"u8);
    }

    private static void CopyValue(IBufferWriter<byte> output, ReadOnlySpan<byte> document, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        output.Write(document[start..(int)reader.BytesConsumed]);
    }
}
