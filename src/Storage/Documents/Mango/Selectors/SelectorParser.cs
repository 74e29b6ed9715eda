using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>
/// Reads the operators of a selector: a value becomes an equality, several members become a conjunction, arguments are
/// checked. What fields the conditions are about is still as it was written.
/// </summary>
internal sealed class SelectorParser(MangoLimits limits)
{
    private int _conditions;

    public ParsedNode Parse(JsonElement value) => Parse(value, 0);

    private ParsedNode Parse(JsonElement value, int depth)
    {
        if (depth > limits.MaxDepth)
            throw DocumentStoreException.Invalid("invalid_selector", $"The selector nests deeper than {limits.MaxDepth} levels.");
        if (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().MoveNext())
            return Operator(new CompareCondition(Comparison.Equal, Bytes(value)));
        var members = value.EnumerateObject().ToList();
        return members.Count == 1
            ? Member(members[0], depth)
            : new ParsedList(ListOperator.And, members.ConvertAll(member => Member(member, depth + 1)));
    }

    private ParsedNode Member(JsonProperty member, int depth)
    {
        var argument = member.Value;
        switch (member.Name)
        {
            case "$and":
                return List(ListOperator.And, member, depth);
            case "$or":
                return List(ListOperator.Or, member, depth);
            case "$nor":
                return List(ListOperator.Nor, member, depth);
            case "$not":
                return new ParsedNot(Parse(Object(member), depth + 1));
            case "$elemMatch":
                return new ParsedElements(Quantifier.AnyElement, Parse(Object(member), depth + 1));
            case "$allMatch":
                return new ParsedElements(Quantifier.AllElements, Parse(Object(member), depth + 1));
            case "$keyMapMatch":
                return new ParsedElements(Quantifier.AnyKey, Parse(Object(member), depth + 1));
            case "$text" when argument.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null:
                throw BadArgument(member);
            case "$text":
                return new ParsedText($"{{\"$default\":{{\"$text\":{argument.GetRawText()}}}}}");
            case "$default":
                return new ParsedText($"{{\"$default\":{argument.GetRawText()}}}");
            case ['$', ..]:
                return Operator(Condition(member));
            default:
                return new ParsedField(member.Name, Parse(argument, depth + 1));
        }
    }

    private Condition Condition(JsonProperty member)
    {
        var argument = member.Value;
        switch (member.Name)
        {
            case "$eq":
                return new CompareCondition(Comparison.Equal, Bytes(argument));
            case "$ne":
                return new CompareCondition(Comparison.NotEqual, Bytes(argument));
            case "$lt":
                return new CompareCondition(Comparison.Less, Bytes(argument));
            case "$lte":
                return new CompareCondition(Comparison.LessOrEqual, Bytes(argument));
            case "$gt":
                return new CompareCondition(Comparison.Greater, Bytes(argument));
            case "$gte":
                return new CompareCondition(Comparison.GreaterOrEqual, Bytes(argument));
            case "$in" or "$nin":
                return new InCondition(Elements(member), member.Name == "$nin", Bytes(argument));
            case "$all":
                return new AllCondition(Elements(member), Bytes(argument));
            case "$exists":
                return argument.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? new ExistsCondition(argument.GetBoolean())
                    : throw BadArgument(member);
            case "$type":
                return argument.ValueKind == JsonValueKind.String
                    ? new TypeCondition(argument.GetString()!)
                    : throw BadArgument(member);
            case "$size":
                return Integer(argument) is { Sign: >= 0 } size ? new SizeCondition(size, Bytes(argument)) : throw BadArgument(member);
            case "$mod":
                return Modulo(member);
            case "$regex" when argument.ValueKind == JsonValueKind.String:
                return Regex(member);
            case "$beginsWith" when argument.ValueKind == JsonValueKind.String:
                return new BeginsWithCondition(Bytes(argument));
            case "$where" or "$geoWithin" or "$geoIntersects" or "$near" or "$nearSphere":
                throw DocumentStoreException.Invalid("not_supported", $"Unsupported operator: {member.Name}");
            default:
                throw DocumentStoreException.Invalid("invalid_operator", $"Invalid operator: {member.Name}");
        }
    }

    private ParsedList List(ListOperator @operator, JsonProperty member, int depth) =>
        member.Value.ValueKind == JsonValueKind.Array
            ? new ParsedList(@operator, [.. member.Value.EnumerateArray().Select(element => Parse(element, depth + 1))])
            : throw BadArgument(member);

    private ParsedOperator Operator(Condition condition)
    {
        if (++_conditions > limits.MaxConditions)
            throw DocumentStoreException.Invalid("invalid_selector", $"The selector has more than {limits.MaxConditions} conditions.");
        return new ParsedOperator(condition);
    }

    private RegexCondition Regex(JsonProperty member)
    {
        var pattern = Bytes(member.Value);
        if (pattern.Length - 2 > limits.MaxRegexBytes)
            throw DocumentStoreException.Invalid("bad_arg", $"A $regex may have {limits.MaxRegexBytes} bytes.");
        try
        {
            return new RegexCondition(pattern, limits);
        }
        catch (ArgumentException)
        {
            throw BadArgument(member);
        }
    }

    private static ModCondition Modulo(JsonProperty member)
    {
        if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() != 2
            || Integer(member.Value[0]) is not { } divisor || Integer(member.Value[1]) is not { } remainder)
        {
            throw BadArgument(member);
        }

        return new ModCondition(divisor, remainder, Bytes(member.Value));
    }

    private static BigInteger? Integer(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.GetRawText() is { Length: < 1000 } text && !text.AsSpan().ContainsAny('.', 'e')
            ? BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : null;

    private static JsonElement Object(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.Object ? member.Value : throw BadArgument(member);

    private static List<byte[]> Elements(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.Array
            ? [.. member.Value.EnumerateArray().Select(Bytes)]
            : throw BadArgument(member);

    /// <summary>The text of the value, which is canonical because the whole selector was made so.</summary>
    private static byte[] Bytes(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    private static DocumentStoreException BadArgument(JsonProperty member) => DocumentStoreException.Invalid(
        "bad_arg", $"Bad argument for operator {member.Name}: {ErlangText.Bytes(member.Value)}");
}

internal enum ListOperator
{
    And,
    Or,
    Nor,
}

/// <summary>A selector whose operators were read, with its fields as they were written.</summary>
internal abstract record ParsedNode;

internal sealed record ParsedList(ListOperator Operator, IReadOnlyList<ParsedNode> Nodes) : ParsedNode;

internal sealed record ParsedNot(ParsedNode Node) : ParsedNode;

internal sealed record ParsedElements(Quantifier Quantifier, ParsedNode Node) : ParsedNode;

internal sealed record ParsedField(string Name, ParsedNode Node) : ParsedNode;

internal sealed record ParsedOperator(Condition Condition) : ParsedNode;

internal sealed record ParsedText(string Json) : ParsedNode;
