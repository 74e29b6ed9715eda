using System.Text.Json;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Views;

/// <summary>What <c>_sum</c> adds up: a number, numbers side by side, or values by name.</summary>
internal sealed class SumValue
{
    private readonly List<ErlangNumber>? _numbers;
    private readonly Dictionary<string, SumValue>? _members;
    private readonly bool _isArray;

    private SumValue(List<ErlangNumber> numbers, bool isArray)
    {
        _numbers = numbers;
        _isArray = isArray;
    }

    private SumValue(Dictionary<string, SumValue> members)
    {
        _members = members;
    }

    /// <summary>Null for what cannot be added.</summary>
    public static SumValue? TryRead(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return new SumValue([ErlangNumber.Read(value)], isArray: false);
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number):
                return new SumValue([.. value.EnumerateArray().Select(ErlangNumber.Read)], isArray: true);
            case JsonValueKind.Object:
                var members = new Dictionary<string, SumValue>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    if (TryRead(member.Value) is not { } read)
                        return null;
                    members[member.Name] = read;
                }

                return new SumValue(members);
            default:
                return null;
        }
    }

    /// <summary>Whether the other can be added to this.</summary>
    public bool Fits(SumValue other) => (_members is null) == (other._members is null)
        && (_members is null || _members.All(member => !other._members!.TryGetValue(member.Key, out var same) || member.Value.Fits(same)));

    /// <summary>The sum of both; what the shorter list or the other object does not have counts as nothing.</summary>
    public SumValue Add(SumValue other)
    {
        if (_members is { } members)
        {
            var sum = new Dictionary<string, SumValue>(members, StringComparer.Ordinal);
            foreach (var (name, value) in other._members!)
                sum[name] = sum.TryGetValue(name, out var there) ? there.Add(value) : value;
            return new SumValue(sum);
        }

        var (longer, shorter) = _numbers!.Count >= other._numbers!.Count ? (_numbers, other._numbers) : (other._numbers, _numbers);
        return new SumValue(
            [.. longer.Select((number, i) => i < shorter.Count ? number + shorter[i] : number)], _isArray || other._isArray);
    }

    public string ToJson()
    {
        if (_members is { } members)
            return $"{{{string.Join(',', members.Select(member => $"{JsonText.Quote(member.Key)}:{member.Value.ToJson()}"))}}}";
        var numbers = string.Join(',', _numbers!.Select(number => number.ToJson()));
        return _isArray ? $"[{numbers}]" : numbers;
    }
}
