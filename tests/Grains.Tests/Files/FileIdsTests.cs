using System.Globalization;
using Cozy.Grains.Files;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Files;

/// <summary>Ids of files: made anywhere, sorted by time.</summary>
public sealed class FileIdsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void They_are_UUIDs_of_version_7_that_tell_their_time()
    {
        var ids = new FileIds(_time);
        _time.Advance(TimeSpan.FromMilliseconds(0.5));

        var id = ids.Next();

        var uuid = Guid.ParseExact(id, "N");
        Assert.Equal(7, uuid.Version);
        Assert.InRange(uuid.Variant, 8, 11);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), long.Parse(id[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.Equal("800", id[13..16]);
        Assert.Equal(id.ToLowerInvariant(), id);
    }

    [Fact]
    public async Task Those_of_one_maker_sort_as_they_are_made_whatever_the_clock_does()
    {
        var ids = new FileIds(_time);
        List<string> made = [.. Make(ids)];
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(1));
        made.AddRange(Make(ids));
        Assert.Equal(made.Order(StringComparer.Ordinal), made);

        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Make(ids))));
        Assert.All(together, own => Assert.Equal(own.Order(StringComparer.Ordinal), own));
        Assert.Equal(8 * 5000, together.SelectMany(own => own).Distinct().Count());
    }

    private static string[] Make(FileIds ids) => [.. Enumerable.Range(0, 5000).Select(_ => ids.Next())];
}
