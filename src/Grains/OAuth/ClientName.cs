using System.Globalization;

namespace Cozy.Grains.OAuth;

/// <summary>Gives clients names that differ, so that the owner can tell them apart.</summary>
internal static class ClientName
{
    /// <summary>The name if nobody has it, else with the number after the highest of its kind: <c>Atlas</c>, <c>Atlas-2</c>.</summary>
    public static string MakeUnique(string name, IEnumerable<string> others)
    {
        var isTaken = false;
        var highest = 1;
        foreach (var other in others)
        {
            isTaken |= other == name;
            if (other.Length > name.Length + 1 && other[name.Length] == '-' && other.StartsWith(name, StringComparison.Ordinal)
                && int.TryParse(other.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number < int.MaxValue)
            {
                highest = Math.Max(highest, number);
            }
        }

        return isTaken ? string.Create(CultureInfo.InvariantCulture, $"{name}-{highest + 1}") : name;
    }
}
