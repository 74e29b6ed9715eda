using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>
/// Numbers as bytes in their order, exactly: an integer of any size and a float compare by their values, nothing is
/// rounded. A sign, the place of the decimal point, the significant digits two by two, an end; all but the sign inverted
/// for negative numbers.
/// </summary>
internal static class NumberKey
{
    private const byte Negative = 1;
    private const byte Zero = 2;
    private const byte Positive = 3;

    /// <summary>Places of the point within this distance of the first digit take one byte.</summary>
    private const int NearPoint = 64;
    private const byte FarBelow = 0x10;
    private const byte FarAbove = 0xF0;

    /// <summary>From here on a float has no fraction, and its shortest spelling is not its exact value.</summary>
    private const double ExactIntegers = 1L << 53;

    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
            return 0;
        if (TryShortInteger(a, out var x) && TryShortInteger(b, out var y))
            return x.CompareTo(y);
        using var first = new ByteBuffer(a.Length + 16);
        using var second = new ByteBuffer(b.Length + 16);
        Write(a, first);
        Write(b, second);
        return first.Written.SequenceCompareTo(second.Written);
    }

    /// <summary>Whether the number is written as an integer, without fraction and exponent.</summary>
    public static bool IsInteger(ReadOnlySpan<byte> number) => !number.ContainsAny((byte)'.', (byte)'e');

    public static void Write(ReadOnlySpan<byte> number, ByteBuffer output)
    {
        var negative = number[0] == '-';
        if (negative)
            number = number[1..];
        if (IsInteger(number))
        {
            WriteDigits(number, number.Length, negative, output);
            return;
        }

        var value = double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (value >= ExactIntegers)
        {
            Span<byte> exact = stackalloc byte[320];
            var length = Encoding.ASCII.GetBytes(new BigInteger(value).ToString(CultureInfo.InvariantCulture), exact);
            WriteDigits(exact[..length], length, negative, output);
            return;
        }

        Span<byte> digits = stackalloc byte[64];
        var count = Split(number, digits, out var point);
        WriteDigits(digits[..count], point, negative, output);
    }

    private static bool TryShortInteger(ReadOnlySpan<byte> number, out long value)
    {
        value = 0;
        return number.Length <= 18 && IsInteger(number)
            && long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The digits without point and exponent, and where the point stands counted from their left.</summary>
    private static int Split(ReadOnlySpan<byte> number, Span<byte> digits, out int point)
    {
        var e = number.IndexOf((byte)'e');
        var mantissa = e < 0 ? number : number[..e];
        var dot = mantissa.IndexOf((byte)'.');
        point = dot < 0 ? mantissa.Length : dot;
        if (e >= 0)
            point += int.Parse(number[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var count = 0;
        foreach (var c in mantissa)
        {
            if (c != '.')
                digits[count++] = c;
        }

        return count;
    }

    private static void WriteDigits(ReadOnlySpan<byte> digits, int point, bool negative, ByteBuffer output)
    {
        var leading = digits.IndexOfAnyExcept((byte)'0');
        if (leading < 0)
        {
            output.Add(Zero);
            return;
        }

        point -= leading;
        digits = digits[leading..].TrimEnd((byte)'0');
        output.Add(negative ? Negative : Positive);
        var start = output.Length;
        WritePoint(point, output);
        var room = output.Reserve((digits.Length / 2) + 2);
        var at = 0;
        for (var i = 0; i < digits.Length; i += 2)
            room[at++] = (byte)(((digits[i] - '0') * 10) + (i + 1 < digits.Length ? digits[i + 1] - '0' : 0) + 1);
        room[at++] = 0;
        output.Advance(at);
        if (negative)
            Invert(output.Written[start..]);
    }

    private static void WritePoint(int point, ByteBuffer output)
    {
        if (Math.Abs((long)point) < NearPoint)
        {
            output.Add((byte)(128 + point));
            return;
        }

        output.Add(point < 0 ? FarBelow : FarAbove);
        BinaryPrimitives.WriteUInt32BigEndian(output.Reserve(4), (uint)point + 0x8000_0000u);
        output.Advance(4);
    }

    private static void Invert(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
            b = (byte)~b;
    }
}
