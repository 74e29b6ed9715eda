using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Grains.Tests.Auth;

/// <summary>Runs alone, so that the hashes it counts are its own.</summary>
[CollectionDefinition(nameof(SameWorkTests), DisableParallelization = true)]
public sealed class SameWorkCollection;

/// <summary>What an attempt costs does not tell whether there is an instance, or a passphrase, or a right one.</summary>
[Collection(nameof(SameWorkTests))]
public sealed class SameWorkTests(TestSilo silo)
{
    private const string Right = "derived";

    private PassphraseHasher Hasher => silo.Services.GetRequiredService<PassphraseHasher>();

    [Fact]
    public async Task Every_answer_to_a_login_costs_the_same_work()
    {
        var (owned, waiting, missing) = await ThreeAsync();
        await CostOneHashAsync(
            [
                () => owned.LoginAsync(new LoginAttempt { DerivedPassphrase = Right }),
                .. from auth in new[] { owned, waiting, missing }
                   from passphrase in new[] { "wrong", "", new string('x', 10_000) }
                   select (Func<Task>)(() => auth.LoginAsync(new LoginAttempt { DerivedPassphrase = passphrase })),
            ]);
    }

    [Fact]
    public async Task Every_answer_to_a_question_for_the_passphrase_costs_the_same_work()
    {
        var (owned, waiting, missing) = await ThreeAsync();
        await CostOneHashAsync(
            [
                () => owned.CheckPassphraseAsync(Right, Visitor.Nobody),
                .. from auth in new[] { owned, waiting, missing }
                   select (Func<Task>)(() => auth.CheckPassphraseAsync("wrong", Visitor.Nobody)),
            ]);
    }

    [Fact]
    public async Task A_known_hash_and_none_at_all_are_checked_with_the_same_work()
    {
        using var hasher = new PassphraseHasher();
        var hash = await hasher.HashAsync("x");
        Assert.Equal(PassphraseHasher.WorkOfOne, hasher.Work);
        foreach (var known in new[] { hash, null, "", "scrypt$x", "scrypt$32768$8$1$zz$zz", "bcrypt$1$2$3$4$5" })
        {
            var before = hasher.Work;
            Assert.False(await hasher.VerifyAsync("y", known));
            Assert.Equal(before + PassphraseHasher.WorkOfOne, hasher.Work);
        }
    }

    private async Task CostOneHashAsync(IEnumerable<Func<Task>> attempts)
    {
        var costs = new List<long>();
        foreach (var attempt in attempts)
        {
            var before = Hasher.Work;
            await attempt();
            costs.Add(Hasher.Work - before);
        }

        Assert.All(costs, cost => Assert.Equal(PassphraseHasher.WorkOfOne, cost));
    }

    /// <summary>One with a passphrase, one without, and one that does not exist.</summary>
    private async Task<(IAuthGrain Owned, IAuthGrain Waiting, IAuthGrain Missing)> ThreeAsync()
    {
        var owned = await silo.CreateInstanceAsync();
        await silo.Of<IAuthGrain>(owned).ChooseFirstPassphraseAsync(new FirstPassphrase
        {
            RegisterToken = owned.RegisterToken,
            DerivedPassphrase = Right,
            KdfIterations = PassphraseDerivation.DefaultIterations,
        });
        var waiting = await silo.CreateInstanceAsync();
        return (silo.Of<IAuthGrain>(owned), silo.Of<IAuthGrain>(waiting), silo.Grains.GetGrain<IAuthGrain>("cozy" + Guid.NewGuid().ToString("N")));
    }
}
