using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Tests.Documents.Mango;

/// <summary>Selectors evaluated on trees, straight from their description: what the engine must agree with.</summary>
internal static class NaiveSelector
{
    /// <param name="selector">A selector, or a condition.</param>
    /// <param name="value">What it is about; null when that is missing.</param>
    /// <param name="negated">Whether it is wanted that it does not hold; of a missing field nothing holds but its absence.</param>
    public static bool Matches(JsonElement selector, JsonElement? value, bool negated = false)
    {
        if (selector.ValueKind != JsonValueKind.Object || !selector.EnumerateObject().Any())
            return value is { } there && Same(there, selector) != negated;
        var members = selector.EnumerateObject().ToList();
        return negated
            ? members.Any(member => Member(member, value, negated))
            : members.All(member => Member(member, value, negated));
    }

    private static bool Member(JsonProperty member, JsonElement? value, bool negated) => member.Name switch
    {
        "$and" => Each(member, value, negated, all: !negated),
        "$or" => Each(member, value, negated, all: negated),
        "$nor" => Each(member, value, !negated, all: !negated),
        "$not" => Matches(member.Value, value, !negated),
        "$exists" => (value is not null == member.Value.GetBoolean()) != negated,
        ['$', ..] => value is { } there && Operator(member, there) != negated,
        _ => Matches(member.Value, Field(value, member.Name), negated),
    };

    private static bool Each(JsonProperty member, JsonElement? value, bool negated, bool all) => all
        ? member.Value.EnumerateArray().All(part => Matches(part, value, negated))
        : member.Value.EnumerateArray().Any(part => Matches(part, value, negated));

    private static bool Operator(JsonProperty member, JsonElement value)
    {
        var argument = member.Value;
        switch (member.Name)
        {
            case "$eq":
                return Order(value, argument) == 0;
            case "$ne":
                return Order(value, argument) != 0;
            case "$lt":
                return Order(value, argument) < 0;
            case "$lte":
                return Order(value, argument) <= 0;
            case "$gt":
                return Order(value, argument) > 0;
            case "$gte":
                return Order(value, argument) >= 0;
            case "$in":
                return IsIn(value, argument);
            case "$nin":
                return !IsIn(value, argument);
            case "$size":
                return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == argument.GetInt32();
            case "$type":
                return Type(value) == argument.GetString();
            case "$beginsWith":
                return value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith(argument.GetString()!, StringComparison.Ordinal);
            case "$regex":
                return value.ValueKind == JsonValueKind.String && Regex.IsMatch(value.GetString()!, argument.GetString()!, RegexOptions.CultureInvariant);
            case "$mod":
                return value.ValueKind == JsonValueKind.Number && !value.GetRawText().AsSpan().ContainsAny('.', 'e')
                    && value.GetInt64() % argument[0].GetInt64() == argument[1].GetInt64();
            case "$all":
                return value.ValueKind == JsonValueKind.Array && argument.GetArrayLength() > 0
                    && argument.EnumerateArray().All(part => value.EnumerateArray().Any(element => element.GetRawText() == part.GetRawText()));
            case "$elemMatch":
                return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(element => Matches(argument, element));
            case "$allMatch":
                return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
                    && value.EnumerateArray().All(element => Matches(argument, element));
            default:
                throw new ArgumentException(member.Name);
        }
    }

    private static bool IsIn(JsonElement value, JsonElement list) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Any(element => list.EnumerateArray().Any(part => Order(element, part) == 0))
            : list.EnumerateArray().Any(part => Order(value, part) == 0);

    private static bool Same(JsonElement a, JsonElement b) => Order(a, b) == 0;

    private static int Order(JsonElement a, JsonElement b) => JsonOrder.Compare(Bytes(a), Bytes(b));

    private static byte[] Bytes(JsonElement value) => DocumentCodec.Canonicalize(Encoding.UTF8.GetBytes(value.GetRawText()));

    private static JsonElement? Field(JsonElement? value, string path)
    {
        foreach (var part in path.Split('.'))
        {
            value = value switch
            {
                { ValueKind: JsonValueKind.Object } map => map.TryGetProperty(part, out var member) ? member : null,
                { ValueKind: JsonValueKind.Array } list => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                    && at < list.GetArrayLength() ? list[at] : null,
                _ => null,
            };
        }

        return value;
    }

    private static string Type(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}
