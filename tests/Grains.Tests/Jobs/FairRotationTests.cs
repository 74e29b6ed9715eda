using Cozy.Grains.Jobs;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

/// <summary>Fairness, counted in turns and not in time.</summary>
public sealed class FairRotationTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, (int Ready, int Weight)> _tenants = [];
    private readonly FairRotation _rotation;

    public FairRotationTests() => _rotation = new(_time);

    [Fact]
    public void A_tenant_with_ten_thousand_jobs_delays_the_others_by_one_turn()
    {
        Set("flood", 10_000, 1);
        Serve(100);
        for (var i = 0; i < 49; i++)
            Set($"quiet{i}", 1, 1);

        var order = Enumerable.Range(0, 60).SelectMany(_ => Serve(1)).ToList();

        Assert.Equal(49, order.Take(51).Count(name => name.StartsWith("quiet", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_batch_is_divided_as_single_jobs_are()
    {
        foreach (var name in new[] { "a", "b", "c" })
            Set(name, 100, 1);
        Assert.Equal(["a4", "b3", "c3"], Counts(10));
        Assert.Equal(["a3", "b4", "c3"], Counts(10));
    }

    [Fact]
    public void Weights_are_kept_over_many_turns()
    {
        Set("heavy", 10_000, 5);
        Set("light", 10_000, 1);
        var order = Enumerable.Range(0, 600).SelectMany(_ => Serve(1)).ToList();
        Assert.Equal(500, order.Count(name => name == "heavy"));
    }

    [Fact]
    public void No_tenant_has_more_of_a_batch_than_its_share()
    {
        Set("flood", 10_000, 100);
        Set("other", 3, 1);
        Assert.Equal(["flood8", "other3"], Counts(32, share: 8));
    }

    [Fact]
    public void Until_a_tenant_that_was_picked_says_what_it_has_the_places_are_for_others()
    {
        Set("flood", 10_000, 1);
        Assert.Equal("flood", Assert.Single(_rotation.Take(8, 8)).InstanceId);
        Assert.Empty(_rotation.Take(8, 8));
        Set("other", 1, 1);
        Assert.Equal("other", Assert.Single(_rotation.Take(8, 8)).InstanceId);

        Set("flood", 9_992, 1);
        Assert.Equal(["flood8"], Counts(8));
    }

    [Fact]
    public void What_was_picked_by_one_that_died_is_picked_again()
    {
        Set("a", 2, 1);
        Assert.Equal(2, Assert.Single(_rotation.Take(5, 5)).Count);
        _time.Advance(FairRotation.LongestService / 2);
        Assert.Empty(_rotation.Take(5, 5));
        _time.Advance(FairRotation.LongestService);
        Assert.Equal(2, Assert.Single(_rotation.Take(5, 5)).Count);
    }

    [Fact]
    public void A_tenant_without_jobs_has_no_turn_until_it_has_some_again()
    {
        Set("a", 2, 1);
        Assert.Equal(["a", "a"], Serve(5));
        Assert.Empty(Serve(5));
        Set("a", 1, 1);
        Assert.Equal(["a"], Serve(5));
        Set("a", 1, 1);
        Set("a", 0, 1);
        Assert.Empty(Serve(5));
    }

    [Fact]
    public void A_tenant_that_becomes_lighter_in_the_midst_of_its_turn_does_not_stop_the_others()
    {
        Set("a", 10, 5);
        Set("b", 10, 1);
        Serve(3);
        Set("a", 7, 1);
        Assert.Equal(["b", "a"], Serve(1).Concat(Serve(1)));
    }

    private void Set(string name, int ready, int weight)
    {
        _tenants[name] = (ready, weight);
        _rotation.Set(name, ready, weight);
    }

    /// <summary>Takes jobs, and has the tenants say what they have left.</summary>
    private List<string> Serve(int max, int share = int.MaxValue)
    {
        var picks = _rotation.Take(max, share);
        foreach (var pick in picks)
            Set(pick.InstanceId, _tenants[pick.InstanceId].Ready - pick.Count, _tenants[pick.InstanceId].Weight);
        return [.. picks.SelectMany(pick => Enumerable.Repeat(pick.InstanceId, pick.Count))];
    }

    private IEnumerable<string> Counts(int max, int share = int.MaxValue) =>
        Serve(max, share).CountBy(name => name).Select(pair => $"{pair.Key}{pair.Value}").Order(StringComparer.Ordinal);
}
