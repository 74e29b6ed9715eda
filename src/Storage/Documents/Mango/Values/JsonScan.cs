using System.Buffers;

namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>
/// Walks canonical JSON (checked, without white space, as the store keeps it) in place: a value is the span of its text.
/// </summary>
internal static class JsonScan
{
    private static readonly SearchValues<byte> Structural = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> AfterScalar = SearchValues.Create(",]}"u8);

    /// <summary>Where the value ends that begins at <paramref name="at"/>.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> json, int at)
    {
        switch (json[at])
        {
            case (byte)'"':
                return EndOfString(json, at);
            case (byte)'{' or (byte)'[':
                return EndOfContainer(json, at);
            default:
                var length = json[at..].IndexOfAny(AfterScalar);
                return length < 0 ? json.Length : at + length;
        }
    }

    /// <summary>Where the string ends, behind its closing quote.</summary>
    public static int EndOfString(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"')
                return at + 1;
            at += 2;
        }
    }

    private static int EndOfContainer(ReadOnlySpan<byte> json, int at)
    {
        var depth = 0;
        while (true)
        {
            at += json[at..].IndexOfAny(Structural);
            switch (json[at])
            {
                case (byte)'"':
                    at = EndOfString(json, at);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            at++;
            if (depth == 0)
                return at;
        }
    }
}

/// <summary>The elements of an array, one after the other.</summary>
internal ref struct JsonElements(ReadOnlySpan<byte> array)
{
    private readonly ReadOnlySpan<byte> _array = array;
    private int _at = 1;

    /// <summary>The element read last.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_array[_at] == ']')
            return false;
        var end = JsonScan.EndOfValue(_array, _at);
        Current = _array[_at..end];
        _at = _array[end] == ',' ? end + 1 : end;
        return true;
    }
}

/// <summary>The members of an object, one after the other.</summary>
internal ref struct JsonMembers(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _object = value;
    private int _at = 1;

    /// <summary>The key read last, with its quotes.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The value read last.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool MoveNext()
    {
        if (_object[_at] == '}')
            return false;
        var keyEnd = JsonScan.EndOfString(_object, _at);
        Key = _object[_at..keyEnd];
        var end = JsonScan.EndOfValue(_object, keyEnd + 1);
        Value = _object[(keyEnd + 1)..end];
        _at = _object[end] == ',' ? end + 1 : end;
        return true;
    }
}
