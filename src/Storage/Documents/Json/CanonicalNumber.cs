using System.Globalization;

namespace Cozy.Storage.Documents.Json;

/// <summary>
/// How numbers are written: integers digit by digit as they came, floats as the shortest text that reads back as the
/// same double, always with a fraction or an exponent so that they stay floats (CouchDB's spelling).
/// </summary>
internal static class CanonicalNumber
{
    private const double SmallestNormal = 2.2250738585072014e-308;

    /// <summary>More than any float needs: sign, 17 digits, up to 21 places, point, exponent.</summary>
    private const int MaxFloatLength = 40;

    /// <summary>
    /// Writes the number at the start of <paramref name="input"/> and returns its length there; 0 when there is none,
    /// or none that fits a double.
    /// </summary>
    public static int Copy(ReadOnlySpan<byte> input, ByteBuffer output)
    {
        var at = input is [(byte)'-', ..] ? 1 : 0;
        var integer = CountDigits(input[at..]);
        if (integer == 0 || (integer > 1 && input[at] == '0'))
            return 0;
        at += integer;
        var isFloat = false;
        if (at < input.Length && input[at] == '.')
        {
            var fraction = CountDigits(input[(at + 1)..]);
            if (fraction == 0)
                return 0;
            at += 1 + fraction;
            isFloat = true;
        }

        var mantissa = at;
        if (at < input.Length && (input[at] | 0x20) == 'e')
        {
            at++;
            var signed = at < input.Length && input[at] is (byte)'+' or (byte)'-';
            if (signed)
                at++;
            var exponent = CountDigits(input[at..]);

            // CouchDB reads "1e+" as 1.0 (but refuses "1e").
            if (exponent == 0 && !signed)
                return 0;
            at += exponent;
            if (exponent > 0)
                mantissa = at;
            isFloat = true;
        }

        if (isFloat)
            return CopyFloat(input[..mantissa], output) ? at : 0;
        output.Add(input[..at] is [(byte)'-', (byte)'0'] ? "0"u8 : input[..at]);
        return at;
    }

    private static int CountDigits(ReadOnlySpan<byte> input)
    {
        var other = input.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return other < 0 ? input.Length : other;
    }

    private static bool CopyFloat(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            return false;
        }

        if (Math.Abs(value) < SmallestNormal)
        {
            output.Add("0.0"u8);
            return true;
        }

        WriteFloat(value, output);
        return true;
    }

    private static void WriteFloat(double value, ByteBuffer output)
    {
        Span<byte> shortest = stackalloc byte[32];
        Math.Abs(value).TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        Span<byte> digits = stackalloc byte[32];
        var count = Split(shortest[..length], digits, out var point);
        digits = digits[..count];
        if (value < 0)
            output.Add((byte)'-');
        var room = output.Reserve(MaxFloatLength);
        output.Advance(point is > 21 or < -5 ? Scientific(digits, point, room) : Plain(digits, point, room));
    }

    /// <summary>The significant digits, and where the point stands counted from their left.</summary>
    private static int Split(ReadOnlySpan<byte> text, Span<byte> digits, out int point)
    {
        var e = text.IndexOf((byte)'E');
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf((byte)'.');
        point = dot < 0 ? mantissa.Length : dot;
        if (e >= 0)
            point += int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var count = 0;
        foreach (var c in mantissa)
        {
            if (c == '.')
                continue;
            if (count == 0 && c == '0')
                point--;
            else
                digits[count++] = c;
        }

        while (digits[count - 1] == '0')
            count--;
        return count;
    }

    private static int Plain(ReadOnlySpan<byte> digits, int point, Span<byte> room)
    {
        var at = 0;
        if (point <= 0)
        {
            "0."u8.CopyTo(room);
            room.Slice(2, -point).Fill((byte)'0');
            at = 2 - point;
            digits.CopyTo(room[at..]);
            return at + digits.Length;
        }

        var whole = digits[..Math.Min(point, digits.Length)];
        whole.CopyTo(room);
        room[whole.Length..point].Fill((byte)'0');
        at = point;
        room[at++] = (byte)'.';
        var rest = digits.Length > point ? digits[point..] : "0"u8;
        rest.CopyTo(room[at..]);
        return at + rest.Length;
    }

    private static int Scientific(ReadOnlySpan<byte> digits, int point, Span<byte> room)
    {
        var at = 0;
        room[at++] = digits[0];
        if (digits.Length > 1)
        {
            room[at++] = (byte)'.';
            digits[1..].CopyTo(room[at..]);
            at += digits.Length - 1;
        }

        var exponent = point - 1;
        room[at++] = (byte)'e';
        room[at++] = exponent < 0 ? (byte)'-' : (byte)'+';
        Math.Abs(exponent).TryFormat(room[at..], out var written, default, CultureInfo.InvariantCulture);
        return at + written;
    }
}
