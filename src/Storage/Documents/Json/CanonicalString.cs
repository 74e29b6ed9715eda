using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cozy.Storage.Documents.Json;

/// <summary>
/// How strings are written: as few escapes as JSON allows, the short ones where there is one, else <c>\u001F</c> in
/// upper case (CouchDB's spelling).
/// </summary>
internal static class CanonicalString
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<char> SpecialCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>
    /// Writes the string whose opening quote is the first byte of <paramref name="input"/> (valid UTF-8) and returns
    /// its length there; 0 when it is not a string.
    /// </summary>
    public static int Copy(ReadOnlySpan<byte> input, ByteBuffer output)
    {
        var at = 1;
        var run = 0;
        while (true)
        {
            var next = input[at..].IndexOfAny(Special);
            if (next < 0)
                return 0;
            at += next;
            if (input[at] == '"')
            {
                output.Add(input[run..(at + 1)]);
                return at + 1;
            }

            if (input[at] != '\\')
                return 0;
            output.Add(input[run..at]);
            var length = CopyEscape(input[at..], output);
            if (length == 0)
                return 0;
            at += length;
            run = at;
        }
    }

    /// <summary>Writes a string of .NET with its quotes; it must be well-formed UTF-16.</summary>
    public static void Write(string text, IBufferWriter<byte> output)
    {
        var room = output.GetSpan((text.Length * 6) + 2);
        room[0] = (byte)'"';
        if (!text.AsSpan().ContainsAny(SpecialCharacters))
        {
            var plain = Encoding.UTF8.GetBytes(text, room[1..]);
            room[plain + 1] = (byte)'"';
            output.Advance(plain + 2);
            return;
        }

        var at = 1;
        foreach (var rune in text.EnumerateRunes())
            at += rune.Value < 0x80 ? WriteAscii((byte)rune.Value, room[at..]) : rune.EncodeToUtf8(room[at..]);
        room[at++] = (byte)'"';
        output.Advance(at);
    }

    /// <summary>Reads a canonical string with its quotes; null when the value is not a string.</summary>
    public static string? Read(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'"', ..])
            return null;
        if (!value.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(value[1..^1]);
        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.GetString();
    }

    private static int CopyEscape(ReadOnlySpan<byte> input, ByteBuffer output)
    {
        if (input.Length < 2)
            return 0;
        switch (input[1])
        {
            case (byte)'/':
                output.Add((byte)'/');
                return 2;
            case (byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                output.Add(input[..2]);
                return 2;
            case (byte)'u':
                return CopyCodePoint(input, output);
            default:
                return 0;
        }
    }

    private static int CopyCodePoint(ReadOnlySpan<byte> input, ByteBuffer output)
    {
        if (!TryReadUnit(input, out var first))
            return 0;
        if (first < 0x80)
        {
            output.Advance(WriteAscii((byte)first, output.Reserve(6)));
            return 6;
        }

        if (Rune.TryCreate(first, out var rune))
        {
            output.Advance(rune.EncodeToUtf8(output.Reserve(4)));
            return 6;
        }

        // Half of a surrogate pair is nothing on its own: the other half must follow as an escape.
        if (!TryReadUnit(input[6..], out var second) || !Rune.TryCreate(first, second, out rune))
            return 0;
        output.Advance(rune.EncodeToUtf8(output.Reserve(4)));
        return 12;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> input, out char unit)
    {
        unit = default;
        if (input.Length < 6 || input[0] != '\\' || input[1] != 'u'
            || !ushort.TryParse(input.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }

    private static int WriteAscii(byte c, Span<byte> room)
    {
        var letter = c switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            8 => (byte)'b',
            9 => (byte)'t',
            10 => (byte)'n',
            12 => (byte)'f',
            13 => (byte)'r',
            _ => (byte)0,
        };
        if (letter != 0)
        {
            room[0] = (byte)'\\';
            room[1] = letter;
            return 2;
        }

        if (c >= 0x20)
        {
            room[0] = c;
            return 1;
        }

        "\\u00"u8.CopyTo(room);
        c.TryFormat(room[4..], out _, "X2", CultureInfo.InvariantCulture);
        return 6;
    }
}
