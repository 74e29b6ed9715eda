using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Notifications;

/// <summary>What a manifest says of a category.</summary>
/// <param name="IsStateful">Only sent when the state is another one than the last time.</param>
/// <param name="IsCollapsible">On a device a new one takes the place of the one before.</param>
/// <param name="MinInterval">Not sent again within this time.</param>
/// <param name="DefaultPriority">The priority of those without; null for none.</param>
internal sealed record NotificationCategory(bool IsStateful, bool IsCollapsible, TimeSpan MinInterval, string? DefaultPriority)
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>A category; null when there is none.</summary>
    /// <param name="categories">The manifest's <c>notifications</c>.</param>
    /// <param name="name">Its name.</param>
    public static NotificationCategory? Find(JsonElement categories, string name)
    {
        if (categories.ValueKind != JsonValueKind.Object || !categories.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.Object)
            return null;
        return Read(found);
    }

    /// <summary>A category as a manifest has it.</summary>
    public static NotificationCategory Read(JsonElement json) =>
        new(json.Flag("stateful"), json.Flag("collapsible"), Interval(json), json.Text("default_priority"));

    /// <summary>Whether a notification is to be sent, given the one that was sent before for the same thing.</summary>
    public bool Allows(string? state, string? lastState, DateTimeOffset lastSent, DateTimeOffset now) =>
        !(IsStateful && state == lastState) && !(MinInterval > TimeSpan.Zero && now - lastSent < MinInterval);

    // A manifest has nanoseconds, or a duration as a text.
    private static TimeSpan Interval(JsonElement category)
    {
        if (!category.TryGetProperty("min_interval", out var value))
            return TimeSpan.Zero;
        if (value.ValueKind == JsonValueKind.Number)
            return TimeSpan.FromSeconds(Math.Clamp(value.GetDouble() / NanosecondsPerSecond, 0, int.MaxValue));
        return value.ValueKind == JsonValueKind.String && Triggers.GoDuration.TryParse(value.GetString()!, out var interval) ? interval : TimeSpan.Zero;
    }
}
