using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>
/// JSON values as bytes whose order (<c>memcmp</c>) is CouchDB's order of values: null, false, true, numbers, strings by
/// collation, arrays, objects. Values that CouchDB takes for equal have the same bytes; no value's bytes begin those of
/// another, so that the bytes of several values in a row compare value by value.
/// </summary>
internal static class ValueKey
{
    /// <summary>Comes after every value.</summary>
    public const byte Maximum = 0xFF;

    private const byte End = 0x00;

    public static void Write(ReadOnlySpan<byte> value, ByteBuffer output)
    {
        var type = JsonTypes.Of(value);
        output.Add((byte)(0x10 * ((int)type + 1)));
        switch (type)
        {
            case JsonType.Number:
                NumberKey.Write(value, output);
                break;
            case JsonType.String:
                Collation.WriteSortKey(value, output);
                break;
            case JsonType.Array:
                var elements = new JsonElements(value);
                while (elements.MoveNext())
                    Write(elements.Current, output);
                output.Add(End);
                break;
            case JsonType.Object:
                var members = new JsonMembers(value);
                while (members.MoveNext())
                {
                    Write(members.Key, output);
                    Write(members.Value, output);
                }

                output.Add(End);
                break;
            default:
                break;
        }
    }

    public static byte[] Of(ReadOnlySpan<byte> value)
    {
        using var output = new ByteBuffer(value.Length + 16);
        Write(value, output);
        return output.Written.ToArray();
    }
}
