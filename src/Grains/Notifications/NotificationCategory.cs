using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Notifications;

/// <summary>What a manifest says of a category.</summary>
/// <param name="IsStateful">Only sent when the state is another one than the last time.</param>
/// <param name="IsCollapsible">On a device a new one takes the place of the one before.</param>
/// <param name="MinInterval">Not sent again within this time.</param>
/// <param name="DefaultPriority">The priority of those without; null for none.</param>
/// <param name="MailTemplate">A file of the app that mails are written from; null for none.</param>
internal sealed record NotificationCategory(bool IsStateful, bool IsCollapsible, TimeSpan MinInterval, string? DefaultPriority, string? MailTemplate)
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
        new(json.Flag("stateful"), json.Flag("collapsible"), Interval(json), json.Text("default_priority"), Template(json));

    /// <summary>What becomes of a notification for the first time.</summary>
    /// <param name="state">What state it is about, as JSON; null for none.</param>
    public NotificationFate First(string? state) => IsStateful && IsOver(state) ? NotificationFate.Kept : NotificationFate.Sent;

    /// <summary>What becomes of a notification, given the one before for the same thing.</summary>
    public NotificationFate After(string? state, string? lastState, DateTimeOffset lastSent, DateTimeOffset now)
    {
        var isEarly = MinInterval > TimeSpan.Zero && now - lastSent < MinInterval;
        if (IsStateful && state == lastState)
            return NotificationFate.Dropped;

        // Another state is written down in any case, so that the one after it is compared with it.
        return !isEarly ? First(state) : IsStateful ? NotificationFate.Kept : NotificationFate.Dropped;
    }

    private static bool IsOver(string? state) => state is "false" or "0";

    private static string? Template(JsonElement category) =>
        category.TryGetProperty("templates", out var templates) && templates.ValueKind == JsonValueKind.Object
        && templates.Text("mail") is { Length: > 0 } file
            ? file.StartsWith("file:", StringComparison.Ordinal) ? file["file:".Length..] : file
            : null;

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

/// <summary>What becomes of a notification.</summary>
internal enum NotificationFate
{
    /// <summary>It says nothing new.</summary>
    Dropped,

    /// <summary>It is written down, and nobody is told.</summary>
    Kept,

    /// <summary>It is written down and sent.</summary>
    Sent,
}
