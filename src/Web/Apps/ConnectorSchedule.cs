using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cozy.Web.Apps;

/// <summary>When a connector runs by itself, as its manifest asks: so often, and between these hours.</summary>
internal static class ConnectorSchedule
{
    private const string Frequency = "frequency";
    private const string Interval = "time_interval";

    // At night, when nobody waits for the server of the other side.
    private static readonly (int From, int To) Night = (0, 5);

    /// <summary>
    /// The times as a crontab. Within what the manifest asks they are spread, so that not all accounts of all instances
    /// are looked at in the same minute; the same account always has the same.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="key">What tells this account from all others.</param>
    public static string CrontabOf(JsonElement manifest, string key)
    {
        var (from, to) = HoursOf(manifest);
        Span<byte> chance = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), chance);
        var (second, minute) = (chance[0] % 60, chance[1] % 60);
        var hour = from + (chance[2] % (to - from));
        return Text(manifest, Frequency) switch
        {
            "hourly" => string.Create(CultureInfo.InvariantCulture, $"{second} {minute} * * * *"),
            "daily" => string.Create(CultureInfo.InvariantCulture, $"{second} {minute} {hour} * * *"),

            // Each month has these days.
            "monthly" => string.Create(CultureInfo.InvariantCulture, $"{second} {minute} {hour} {1 + (chance[3] % 28)} * *"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{second} {minute} {hour} * * {chance[3] % 7}"),
        };
    }

    /// <summary>Whether the connector keeps files, and so needs a folder.</summary>
    public static bool HasFolder(JsonElement manifest) =>
        (manifest.TryGetProperty("folders", out var folders) && folders.ValueKind == JsonValueKind.Array)
        || (Object(manifest, "fields") is { } fields && Object(fields, "advanced_fields") is { } advanced
            && advanced.TryGetProperty("folderPath", out var path) && path.ValueKind != JsonValueKind.Null);

    private static (int From, int To) HoursOf(JsonElement manifest)
    {
        if (!manifest.TryGetProperty(Interval, out var interval) || interval.ValueKind != JsonValueKind.Array || interval.GetArrayLength() != 2
            || !interval[0].TryGetInt32(out var from) || !interval[1].TryGetInt32(out var to) || from < 0 || to > 24 || from >= to)
        {
            return Night;
        }

        return (from, to);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Object(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
