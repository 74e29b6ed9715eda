using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary><c>$in</c> and <c>$nin</c>: the value, or an element of it when it is an array, is in the list.</summary>
internal sealed class InCondition(IReadOnlyList<byte[]> values, bool negated, byte[] argument)
    : OperatorCondition(negated ? "$nin" : "$in", argument)
{
    private readonly ValueSet _values = new(values);

    public InCondition Negated => new(values, !negated, Argument);

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        if (value[0] != '[')
            return _values.Contains(value) != negated;
        var elements = new JsonElements(value);
        while (elements.MoveNext())
        {
            if (_values.Contains(elements.Current))
                return !negated;
        }

        return negated;
    }
}

/// <summary><c>$all</c>: an array has each of the values, spelled the same; or is the one value asked for.</summary>
internal sealed class AllCondition(IReadOnlyList<byte[]> values, byte[] argument) : OperatorCondition("$all", argument)
{
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _numbers =
        values.Distinct(BytesComparer.Instance).Select((value, number) => (value, number))
            .ToDictionary(pair => pair.value, pair => pair.number, BytesComparer.Instance)
            .GetAlternateLookup<ReadOnlySpan<byte>>();

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        if (value[0] != '[' || values.Count == 0)
            return false;
        return HasEach(value) || (values is [var only] && only[0] == '[' && JsonOrder.AreEqual(value, only));
    }

    private bool HasEach(ReadOnlySpan<byte> value)
    {
        var seen = new bool[_numbers.Dictionary.Count];
        var missing = seen.Length;
        var elements = new JsonElements(value);
        while (missing > 0 && elements.MoveNext())
        {
            if (_numbers.TryGetValue(elements.Current, out var number) && !seen[number])
            {
                seen[number] = true;
                missing--;
            }
        }

        return missing == 0;
    }
}

/// <summary><c>$size</c>: an array of so many elements.</summary>
internal sealed class SizeCondition(BigInteger size, byte[] argument) : OperatorCondition("$size", argument)
{
    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        if (value[0] != '[')
            return false;
        var count = 0;
        var elements = new JsonElements(value);
        while (elements.MoveNext())
            count++;
        return count == size;
    }
}

/// <summary><c>$mod</c>: an integer, of any size, with this remainder; the remainder has the sign of the integer.</summary>
internal sealed class ModCondition(BigInteger divisor, BigInteger remainder, byte[] argument) : OperatorCondition("$mod", argument)
{
    /// <summary>Of longer integers the division takes too long.</summary>
    private const int MaxDigits = 10_000;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        if (JsonTypes.Of(value) != JsonType.Number || !NumberKey.IsInteger(value) || value.Length > MaxDigits)
            return false;
        if (divisor.IsZero)
            throw DocumentStoreException.Invalid("bad_arg", "The divisor of $mod must not be zero.");
        return BigInteger.Remainder(
            BigInteger.Parse(Encoding.ASCII.GetString(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), divisor) == remainder;
    }
}

internal enum Quantifier
{
    /// <summary><c>$elemMatch</c>: an element of an array.</summary>
    AnyElement,

    /// <summary><c>$allMatch</c>: all elements of an array that is not empty.</summary>
    AllElements,

    /// <summary><c>$keyMapMatch</c>: a key of an object.</summary>
    AnyKey,
}

/// <summary>A selector of its own for the elements of an array, or the keys of an object.</summary>
internal sealed class ElementsCondition(Quantifier quantifier, SelectorNode node) : Condition
{
    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => quantifier switch
    {
        Quantifier.AnyKey => value[0] == '{' && AnyKey(value, context),
        _ => value[0] == '[' && Elements(value, context),
    };

    public override void Write(IBufferWriter<byte> output)
    {
        output.Write(quantifier switch
        {
            Quantifier.AnyElement => "{\"$elemMatch\":"u8,
            Quantifier.AllElements => "{\"$allMatch\":"u8,
            _ => "{\"$keyMapMatch\":"u8,
        });
        node.Write(output);
        output.Write("}"u8);
    }

    private bool Elements(ReadOnlySpan<byte> value, MatchContext context)
    {
        var any = quantifier == Quantifier.AnyElement;
        var elements = new JsonElements(value);
        var count = 0;
        while (elements.MoveNext())
        {
            count++;
            if (node.Matches(elements.Current, context) == any)
                return any;
        }

        return !any && count > 0;
    }

    private bool AnyKey(ReadOnlySpan<byte> value, MatchContext context)
    {
        var members = new JsonMembers(value);
        while (members.MoveNext())
        {
            if (node.Matches(members.Key, context))
                return true;
        }

        return false;
    }
}
