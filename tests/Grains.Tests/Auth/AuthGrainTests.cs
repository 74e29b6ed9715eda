using System.Text;
using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Xunit;

namespace Cozy.Grains.Tests.Auth;

public sealed class AuthGrainTests(TestSilo silo)
{
    private static FirstPassphrase First(Instance instance, string passphrase = "derived") => new()
    {
        RegisterToken = instance.RegisterToken,
        DerivedPassphrase = passphrase,
        KdfIterations = PassphraseDerivation.DefaultIterations,
    };

    [Fact]
    public async Task The_register_token_lets_the_owner_choose_a_passphrase_once()
    {
        var instance = await silo.CreateInstanceAsync();
        var auth = silo.Of<IAuthGrain>(instance);

        var session = await auth.ChooseFirstPassphraseAsync(First(instance) with { Hint = "the cat" });

        Assert.NotNull(await auth.FindSessionAsync(session.Id));
        var vault = await silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instance.Id, "io.cozy.settings"))
            .ReadAsync("io.cozy.settings.bitwarden");
        Assert.Contains("\"passphrase_hint\":\"the cat\"", Encoding.UTF8.GetString(vault!.Members.Span));
        var after = await silo.Of<IInstanceGrain>(instance).GetAsync();
        Assert.True(after!.OnboardingFinished);
        Assert.Equal(0, after.RegisterToken.Length);
        Assert.Equal(PassphraseDerivation.DefaultIterations, after.KdfIterations);
        var again = await Assert.ThrowsAsync<CozyException>(() => auth.ChooseFirstPassphraseAsync(First(instance, "other")));
        Assert.Equal(ErrorKind.Conflict, again.Kind);
    }

    [Fact]
    public async Task A_wrong_register_token_changes_nothing()
    {
        var instance = await silo.CreateInstanceAsync();

        var failure = await Assert.ThrowsAsync<CozyException>(() => silo.Of<IAuthGrain>(instance)
            .ChooseFirstPassphraseAsync(First(instance) with { RegisterToken = new byte[16] }));

        Assert.Equal(ErrorKind.Forbidden, failure.Kind);
        Assert.False((await silo.Of<IInstanceGrain>(instance).GetAsync())!.OnboardingFinished);
    }

    [Fact]
    public async Task A_wrong_passphrase_opens_no_session()
    {
        var instance = await silo.CreateInstanceAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        await auth.ChooseFirstPassphraseAsync(First(instance));

        Assert.Null((await auth.LoginAsync(new LoginAttempt { DerivedPassphrase = "wrong" })).Session);
        Assert.NotNull((await auth.LoginAsync(new LoginAttempt { DerivedPassphrase = "derived" })).Session);
    }

    [Fact]
    public async Task A_logged_out_session_is_gone()
    {
        var instance = await silo.CreateInstanceAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        var session = await auth.ChooseFirstPassphraseAsync(First(instance));

        await auth.LogoutAsync(session.Id);
        await auth.LogoutAsync(session.Id);

        Assert.Null(await auth.FindSessionAsync(session.Id));
        Assert.Null(await auth.FindSessionAsync("never-existed"));
    }

    [Theory]
    [InlineData("scrypt$32768$8$1$00$00", false)]
    [InlineData("scrypt$x$8$1$00$00", false)]
    [InlineData("scrypt$1073741824$8$1$00$00", false)]
    [InlineData("bcrypt$1$2$3$4$5", false)]
    [InlineData("", false)]
    public async Task A_malformed_or_foreign_hash_never_matches(string hash, bool matches)
    {
        using var hasher = new PassphraseHasher();

        Assert.Equal(matches, await hasher.VerifyAsync("x", hash));
    }
}
