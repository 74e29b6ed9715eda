using System.Buffers;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>What an operator asks of a value that is there.</summary>
internal abstract class Condition
{
    public abstract bool Matches(ReadOnlySpan<byte> value, MatchContext context);

    /// <summary>Writes it as the object it is in a selector, such as <c>{"$gt":1}</c>.</summary>
    public abstract void Write(IBufferWriter<byte> output);

    protected static void Write(IBufferWriter<byte> output, string @operator, ReadOnlySpan<byte> argument)
    {
        output.Write("{"u8);
        output.Write(JsonQuote.Bytes(@operator));
        output.Write(":"u8);
        output.Write(argument);
        output.Write("}"u8);
    }
}

/// <summary>An operator with its argument as canonical JSON.</summary>
internal abstract class OperatorCondition(string @operator, byte[] argument) : Condition
{
    public string Operator { get; } = @operator;

    public byte[] Argument { get; } = argument;

    public override void Write(IBufferWriter<byte> output) => Write(output, Operator, Argument);
}

/// <summary>A condition must not hold.</summary>
internal sealed class NotCondition(Condition condition) : Condition
{
    public Condition Condition { get; } = condition;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => !Condition.Matches(value, context);

    public override void Write(IBufferWriter<byte> output)
    {
        output.Write("{\"$not\":"u8);
        Condition.Write(output);
        output.Write("}"u8);
    }
}

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary><c>$eq $ne $lt $lte $gt $gte</c>, in CouchDB's order of values.</summary>
internal sealed class CompareCondition(Comparison comparison, byte[] argument)
    : OperatorCondition(Names[(int)comparison], argument)
{
    private static readonly string[] Names = ["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"];

    public Comparison Comparison { get; } = comparison;

    public CompareCondition Negated => new(
        Comparison switch
        {
            Comparison.Equal => Comparison.NotEqual,
            Comparison.NotEqual => Comparison.Equal,
            Comparison.Less => Comparison.GreaterOrEqual,
            Comparison.LessOrEqual => Comparison.Greater,
            Comparison.Greater => Comparison.LessOrEqual,
            _ => Comparison.Less,
        },
        Argument);

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => Comparison switch
    {
        Comparison.Equal => JsonOrder.AreEqual(value, Argument),
        Comparison.NotEqual => !JsonOrder.AreEqual(value, Argument),
        Comparison.Less => JsonOrder.Compare(value, Argument) < 0,
        Comparison.LessOrEqual => JsonOrder.Compare(value, Argument) <= 0,
        Comparison.Greater => JsonOrder.Compare(value, Argument) > 0,
        _ => JsonOrder.Compare(value, Argument) >= 0,
    };
}

/// <summary><c>$exists</c>. Of a value that is there <c>$exists: false</c> never holds.</summary>
internal sealed class ExistsCondition(bool wanted)
    : OperatorCondition("$exists", wanted ? "true"u8.ToArray() : "false"u8.ToArray())
{
    public bool Wanted { get; } = wanted;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => Wanted;
}

/// <summary><c>$type</c>.</summary>
internal sealed class TypeCondition(string type) : OperatorCondition("$type", JsonQuote.Bytes(type))
{
    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => JsonTypes.Name(JsonTypes.Of(value)) == type;
}

/// <summary><c>$beginsWith</c>: the first characters, byte for byte.</summary>
internal sealed class BeginsWithCondition(byte[] prefix) : OperatorCondition("$beginsWith", prefix)
{
    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) =>
        value.StartsWith(Argument.AsSpan()[..^1]);
}
