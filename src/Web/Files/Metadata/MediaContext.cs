using Cozy.Grains.Instances;

namespace Cozy.Web.Files.Metadata;

/// <summary>What is known of a content beside its bytes.</summary>
/// <param name="CreatedAt">When the file was made.</param>
/// <param name="Instance">Whose it is.</param>
internal sealed record MediaContext(DateTimeOffset CreatedAt, Instance Instance)
{
    /// <summary>The owner's time zone: cameras tell the time on their clock, and seldom the zone.</summary>
    public TimeZoneInfo TimeZone =>
        Instance.TimeZone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
