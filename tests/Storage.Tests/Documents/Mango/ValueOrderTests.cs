using System.Globalization;
using System.Numerics;
using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango.Values;
using Xunit;

namespace Cozy.Storage.Tests.Documents.Mango;

/// <summary>The order of values, and of the bytes that stand for them in indexes.</summary>
public sealed class ValueOrderTests
{
    private static readonly string[] Texts =
    [
        "", "a", "A", "aa", "b", "é", "e\u0301", "E", "-", "_", "1", "10", "2", " ", "\t", "\u0001", "\u0000", "ß", "ss", "z",
        "日本", "😀", "\uFFFF", "\u200B", "a\u0000b", "ab", "ﬁ", "fi", "Ⅷ", "٣", "3", "à b", "\"", "\\", "œ", "oe",
    ];

    private static readonly string[] Numbers =
    [
        "0", "0.0", "1", "1.0", "-1", "-1.5", "0.1", "1e-7", "-1e-7", "9007199254740992", "9007199254740993",
        "9007199254740992.0", "1e+23", "100000000000000000000000", "99999999999999991611392", "1e+300", "-1e+300",
        "123456789012345678901234567890", "5e-300", "-9007199254740993", "10", "1.5", "1.05", "1.005", "-1.05",
    ];

    [Fact]
    public void The_types_come_in_the_order_of_CouchDB()
    {
        string[] ordered =
        [
            "null", "false", "true", "-10", "-1.5", "-1", "0", "0.5", "1", "2", "10", "1e+21", "\"\"", "\"a\"", "\"A\"", "\"b\"",
            "[]", "[null]", "[1]", "[1,0]", "[2]", "[\"a\"]", "[[]]", "[{}]", "{}", "{\"a\":1}", "{\"a\":1,\"b\":0}", "{\"a\":2}", "{\"b\":0}",
        ];

        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
                AssertOrder(ordered[i], ordered[j], i.CompareTo(j));
        }
    }

    [Fact]
    public void Numbers_compare_by_their_exact_values()
    {
        var random = new Random(7);
        var numbers = Numbers.Concat(Enumerable.Range(0, 100).Select(_ => RandomNumber(random))).Select(Canonical).ToList();

        foreach (var a in numbers)
        {
            foreach (var b in numbers)
                AssertOrder(a, b, Exact(a).CompareTo(Exact(b)));
        }
    }

    [Fact]
    public void Bytes_of_values_are_ordered_as_the_values()
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 250).Select(_ => Canonical(RandomValue(random, 3))).ToList();

        foreach (var a in values)
        {
            foreach (var b in values)
                AssertOrder(a, b, Math.Sign(JsonOrder.Compare(Bytes(a), Bytes(b))));
        }
    }

    [Fact]
    public void Values_in_a_row_compare_one_by_one()
    {
        var random = new Random(13);
        for (var i = 0; i < 20_000; i++)
        {
            var a = new[] { Canonical(RandomValue(random, 2)), Canonical(RandomValue(random, 2)) };
            var b = new[] { random.Next(2) == 0 ? a[0] : Canonical(RandomValue(random, 2)), Canonical(RandomValue(random, 2)) };
            var first = Math.Sign(JsonOrder.Compare(Bytes(a[0]), Bytes(b[0])));
            var expected = first != 0 ? first : Math.Sign(JsonOrder.Compare(Bytes(a[1]), Bytes(b[1])));

            var row = Key(a[0]).Concat(Key(a[1])).ToArray().AsSpan().SequenceCompareTo(Key(b[0]).Concat(Key(b[1])).ToArray());
            Assert.True(Math.Sign(row) == expected, $"{a[0]} {a[1]} / {b[0]} {b[1]}");
        }
    }

    private static void AssertOrder(string a, string b, int expected)
    {
        var direct = Math.Sign(JsonOrder.Compare(Bytes(a), Bytes(b)));
        var encoded = Math.Sign(Key(a).AsSpan().SequenceCompareTo(Key(b)));
        Assert.True(direct == expected && encoded == expected, $"{a} / {b}: {expected}, directly {direct}, encoded {encoded}");
        Assert.Equal(expected == 0, JsonOrder.AreEqual(Bytes(a), Bytes(b)));
    }

    private static byte[] Key(string value) => ValueKey.Of(Bytes(value));

    private static byte[] Bytes(string value) => Encoding.UTF8.GetBytes(value);

    private static string Canonical(string value) => Encoding.UTF8.GetString(DocumentCodec.Canonicalize(Bytes(value)));

    /// <summary>The number times 2^1100, which no double needs more of: an integer.</summary>
    private static BigInteger Exact(string number)
    {
        if (!number.AsSpan().ContainsAny('.', 'e'))
            return BigInteger.Parse(number, CultureInfo.InvariantCulture) << 1100;
        var bits = BitConverter.DoubleToInt64Bits(double.Parse(number, CultureInfo.InvariantCulture));
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = new BigInteger((bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52));
        return (bits < 0 ? -mantissa : mantissa) << (Math.Max(exponent, 1) - 1075 + 1100);
    }

    private static string RandomNumber(Random random) => random.Next(4) switch
    {
        0 => random.NextInt64(-50, 50).ToString(CultureInfo.InvariantCulture),
        1 => $"{random.NextInt64()}{random.NextInt64()}",
        2 => (random.NextDouble() * 20 - 10).ToString("R", CultureInfo.InvariantCulture) + "e0",
        _ => string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64(-9999, 9999)}.5e{random.Next(-250, 250)}"),
    };

    private static string RandomValue(Random random, int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 or 3 => random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : RandomNumber(random),
        4 or 5 => Quoted(random),
        6 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth - 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => $"{Quoted(random)}:{RandomValue(random, depth - 1)}"))}}}",
    };

    private static string Quoted(Random random) => JsonQuote.Text(string.Concat(
        Enumerable.Range(0, random.Next(1, 4)).Select(_ => Texts[random.Next(Texts.Length)])));
}
