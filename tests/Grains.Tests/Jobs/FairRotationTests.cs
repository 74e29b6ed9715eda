using Cozy.Grains.Jobs;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

/// <summary>Fairness, counted in turns and not in time.</summary>
public sealed class FairRotationTests
{
    private readonly FairRotation _rotation = new();

    [Fact]
    public void A_tenant_with_ten_thousand_jobs_delays_the_others_by_one_turn()
    {
        _rotation.Set("flood", 10_000, 1);
        Take(100);
        for (var i = 0; i < 49; i++)
            _rotation.Set($"quiet{i}", 1, 1);

        var order = Enumerable.Range(0, 60).SelectMany(_ => Take(1)).ToList();

        Assert.Equal(49, order.Take(51).Count(name => name.StartsWith("quiet", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_batch_is_divided_as_single_jobs_are()
    {
        foreach (var name in new[] { "a", "b", "c" })
            _rotation.Set(name, 100, 1);
        Assert.Equal([("a", 4), ("b", 3), ("c", 3)], Counts(10));
        Assert.Equal([("a", 3), ("b", 4), ("c", 3)], Counts(10));
    }

    [Fact]
    public void Weights_are_kept_over_many_turns()
    {
        _rotation.Set("heavy", 10_000, 5);
        _rotation.Set("light", 10_000, 1);
        var order = Enumerable.Range(0, 600).SelectMany(_ => Take(1)).ToList();
        Assert.Equal(500, order.Count(name => name == "heavy"));
    }

    [Fact]
    public void A_tenant_without_jobs_has_no_turn_until_it_has_some_again()
    {
        _rotation.Set("a", 2, 1);
        Assert.Equal(["a", "a"], Take(5));
        Assert.True(_rotation.IsEmpty);
        _rotation.Set("a", 0, 1);
        Assert.True(_rotation.IsEmpty);
        _rotation.Set("a", 1, 1);
        Assert.Equal(["a"], Take(5));
    }

    [Fact]
    public void What_a_tenant_said_last_counts_and_not_what_an_older_answer_says()
    {
        _rotation.Set("a", 1, 1);
        var pick = Assert.Single(_rotation.Take(1));
        _rotation.Set("a", 3, 1);
        _rotation.Correct(pick, 0);
        Assert.Equal(3, Take(10).Count);

        _rotation.Set("a", 1, 1);
        pick = Assert.Single(_rotation.Take(1));
        _rotation.Correct(pick, 2);
        Assert.Equal(2, Take(10).Count);
    }

    [Fact]
    public void A_tenant_that_becomes_lighter_in_the_midst_of_its_turn_does_not_stop_the_others()
    {
        _rotation.Set("a", 10, 5);
        _rotation.Set("b", 10, 1);
        Take(3);
        _rotation.Set("a", 7, 1);
        Assert.Equal(["b", "a"], Take(1).Concat(Take(1)));
    }

    private List<string> Take(int max) => [.. _rotation.Take(max).SelectMany(pick => Enumerable.Repeat(pick.Tenant, pick.Count))];

    private IEnumerable<(string Tenant, int Count)> Counts(int max) =>
        _rotation.Take(max).Select(pick => (pick.Tenant, pick.Count)).OrderBy(pick => pick.Tenant, StringComparer.Ordinal);
}
