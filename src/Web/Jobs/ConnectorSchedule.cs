using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cozy.Web.Jobs;

/// <summary>
/// When a connector runs by itself: as often as its manifest says (<c>frequency</c>, weekly without it), at hours it allows
/// (<c>time_interval</c>, else from midnight to five). Which minute, hour and day is picked by what it is for, so that all
/// accounts of a farm do not come to the other place at once.
/// </summary>
internal static class ConnectorSchedule
{
    private const int LastHour = 5;

    /// <summary>The arguments of a <c>@cron</c> trigger.</summary>
    /// <param name="manifest">The connector's manifest.</param>
    /// <param name="seed">What it is for.</param>
    public static string Of(JsonElement manifest, string seed)
    {
        var random = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        var (first, last) = HoursOf(manifest);
        var minute = random[0] % 60;
        var hour = first + (random[1] % (last - first));
        var text = manifest.TryGetProperty("frequency", out var frequency) && frequency.ValueKind == JsonValueKind.String ? frequency.GetString() : null;
        return text switch
        {
            "hourly" => Write($"0 {minute} * * * *"),
            "daily" => Write($"0 {minute} {hour} * * *"),
            "monthly" => Write($"0 {minute} {hour} {1 + (random[2] % 28)} * *"),
            _ => Write($"0 {minute} {hour} * * {random[2] % 7}"),
        };
    }

    /// <summary>From which hour, and before which.</summary>
    private static (int First, int Last) HoursOf(JsonElement manifest)
    {
        if (!manifest.TryGetProperty("time_interval", out var interval) || interval.ValueKind != JsonValueKind.Array || interval.GetArrayLength() != 2
            || !interval[0].TryGetInt32(out var first) || !interval[1].TryGetInt32(out var last) || first is < 0 or > 23)
        {
            return (0, LastHour);
        }

        return (first, last > first ? Math.Min(last, 24) : Math.Max(first + 1, LastHour));
    }

    private static string Write(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
