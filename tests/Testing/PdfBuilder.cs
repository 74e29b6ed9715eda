using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Cozy.Testing;

/// <summary>Writes a PDF object by object. Object 1 is the catalog.</summary>
public sealed class PdfBuilder
{
    private readonly SortedDictionary<int, byte[]> _objects = [];

    /// <summary>Sets an object.</summary>
    public PdfBuilder Set(int number, string text)
    {
        _objects[number] = Encoding.Latin1.GetBytes(text);
        return this;
    }

    /// <summary>Sets an object with a stream.</summary>
    /// <param name="number">The object's number.</param>
    /// <param name="members">Members of its dictionary besides the length.</param>
    /// <param name="content">The stream as it is stored.</param>
    public PdfBuilder SetStream(int number, string members, ReadOnlySpan<byte> content)
    {
        _objects[number] = [.. Text($"<<{members}/Length {content.Length}>>stream\n"), .. content, .. "\nendstream"u8];
        return this;
    }

    /// <summary>The document with its table of objects in the clear.</summary>
    public byte[] Build()
    {
        using var output = new MemoryStream();
        var places = Write(output, _objects);
        var table = output.Position;
        var size = _objects.Keys.Max() + 1;
        output.Write(Text($"xref\n0 {size}\n0000000000 65535 f \n"));
        for (var number = 1; number < size; number++)
            output.Write(places.TryGetValue(number, out var place) ? Text($"{place:D10} 00000 n \n") : "0000000000 00001 f \n"u8);
        output.Write(Text($"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"));
        return output.ToArray();
    }

    /// <summary>The document as programs write it since PDF 1.5: its objects and their table compressed in streams.</summary>
    /// <param name="hostile">What is in place of the compressed objects, compressed twice; null for the objects.</param>
    public byte[] BuildCompressed(byte[]? hostile = null)
    {
        var inside = _objects.Where(pair => pair.Value.AsSpan().IndexOf("endstream"u8) < 0).ToList();
        var (container, table) = (_objects.Keys.Max() + 1, _objects.Keys.Max() + 2);
        var (index, body) = (new StringBuilder(), new MemoryStream());
        foreach (var (number, bytes) in inside)
        {
            index.Append(CultureInfo.InvariantCulture, $"{number} {body.Position} ");
            body.Write([.. bytes, (byte)'\n']);
        }

        var outside = new PdfBuilder();
        foreach (var (number, bytes) in _objects.Except(inside))
            outside._objects[number] = bytes;
        outside.SetStream(
            container, $"/Type/ObjStm/N {inside.Count}/First {index.Length}/Filter{(hostile is null ? "/FlateDecode" : "[/FlateDecode/FlateDecode]")}",
            hostile ?? Compress([.. Encoding.ASCII.GetBytes(index.ToString()), .. body.ToArray()]));

        using var output = new MemoryStream();
        var places = Write(output, outside._objects);
        places[table] = (int)output.Position;
        var rows = new byte[(table + 1) * 7];
        for (var number = 1; number <= table; number++)
        {
            var row = rows.AsSpan(number * 7, 7);
            var at = inside.FindIndex(pair => pair.Key == number);
            row[0] = (byte)(at >= 0 ? 2 : places.ContainsKey(number) ? 1 : 0);
            BinaryPrimitives.WriteInt32BigEndian(row[1..], at >= 0 ? container : places.GetValueOrDefault(number));
            BinaryPrimitives.WriteInt16BigEndian(row[5..], (short)Math.Max(at, 0));
        }

        outside._objects.Clear();
        outside.SetStream(table, $"/Type/XRef/Size {table + 1}/W[1 4 2]/Root 1 0 R/Filter/FlateDecode", Compress(rows));
        var last = Write(output, outside._objects, isFirst: false);
        output.Write(Text($"startxref\n{last[table]}\n%%EOF\n"));
        return output.ToArray();
    }

    /// <summary>Compresses as the filter <c>FlateDecode</c> has it.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return packed.ToArray();
    }

    private static Dictionary<int, int> Write(MemoryStream output, IEnumerable<KeyValuePair<int, byte[]>> objects, bool isFirst = true)
    {
        if (isFirst)
            output.Write("%PDF-1.7\n"u8);
        var places = new Dictionary<int, int>();
        foreach (var (number, bytes) in objects)
        {
            places[number] = (int)output.Position;
            output.Write([.. Text($"{number} 0 obj\n"), .. bytes, .. "\nendobj\n"u8]);
        }

        return places;
    }

    private static byte[] Text(FormattableString text) => Encoding.Latin1.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}
