using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Testing;
using OtpNet;
using Xunit;

namespace Cozy.Grains.Tests.Auth;

public sealed class LoginTests(TestSilo silo)
{
    private const string Right = "derived";

    [Fact]
    public async Task Guessing_is_slowed_down_for_who_guesses_and_for_nobody_else()
    {
        var instance = await CreateAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        var guesser = new Visitor { Address = "198.51.100.1" };
        var refused = 0;
        for (var i = 0; i < 15; i++)
        {
            try
            {
                Assert.Equal(LoginOutcome.Refused, await auth.LoginAsync(Attempt($"guess {i}", guesser)));
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.TooManyRequests)
            {
                refused++;
            }
        }

        Assert.Equal(5, refused);
        await Assert.ThrowsAsync<CozyException>(() => auth.LoginAsync(Attempt(Right, guesser)));
        Assert.NotNull((await auth.LoginAsync(Attempt(Right, new Visitor { Address = "192.0.2.1" }))).Session);
        Assert.NotNull((await auth.LoginAsync(Attempt(Right, guesser with { Device = "laptop" }))).Session);
    }

    [Fact]
    public async Task Sessions_are_listed_with_their_browser_and_end_when_they_are_told_to()
    {
        var instance = await CreateAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        var firefox = new Visitor { Address = "192.0.2.1", UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
        var own = (await auth.LoginAsync(Attempt(Right, firefox))).Session!;
        var other = (await auth.LoginAsync(Attempt(Right, Visitor.Nobody))).Session!;

        var listed = (await auth.ListSessionsAsync()).Single(session => session.Id == own.Id);
        Assert.Equal(("Firefox", "Linux", "192.0.2.1"), (listed.Browser, listed.System, listed.Address));

        await auth.LogoutOthersAsync(own.Id);
        Assert.Equal([own.Id], (await auth.ListSessionsAsync()).Select(session => session.Id));
        Assert.Null(await auth.FindSessionAsync(other.Id));
        Assert.NotNull(await auth.FindSessionAsync(own.Id));
        await auth.LogoutOthersAsync(null);
        Assert.Empty(await auth.ListSessionsAsync());
    }

    [Fact]
    public async Task Logins_and_what_touches_security_are_written_down()
    {
        var instance = await CreateAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        await auth.LoginAsync(Attempt(Right, new Visitor { Address = "192.0.2.9", UserAgent = "curl/8" }));
        await auth.RecordAsync(new SecurityEvent { Event = SecurityEvents.ClientGranted, Subject = "Notes" });

        var events = await auth.ListEventsAsync(10);

        Assert.Equal([SecurityEvents.ClientGranted, SecurityEvents.Login, SecurityEvents.Login], events.Select(happened => happened.Event));
        Assert.Equal(("192.0.2.9", "curl/8"), (events[1].Visitor.Address, events[1].Visitor.UserAgent));
        Assert.Equal("Notes", events[0].Subject);
    }

    [Fact]
    public async Task A_new_passphrase_ends_everything_the_old_one_opened()
    {
        var instance = await CreateAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        var old = (await auth.LoginAsync(Attempt(Right, Visitor.Nobody))).Session!;

        var outcome = await silo.Of<IPassphraseGrain>(instance).ChangeAsync(new PassphraseChange
        {
            CurrentPassphrase = Right,
            NewPassphrase = "another",
            Keys = new VaultKeys { Key = "2.AAAA|BBBB|CCCC" },
        });

        Assert.NotNull(outcome.Session);
        Assert.Null(await auth.FindSessionAsync(old.Id));
        var after = (await silo.Of<IInstanceGrain>(instance).GetAsync())!;
        Assert.False(after.SessionSecret.Span.SequenceEqual(instance.SessionSecret.Span));
        Assert.Equal(PassphraseDerivation.DefaultIterations, after.KdfIterations);
        Assert.Null((await auth.LoginAsync(Attempt(Right, Visitor.Nobody))).Session);
        Assert.NotNull((await auth.LoginAsync(Attempt("another", Visitor.Nobody))).Session);
        var wrong = await Assert.ThrowsAsync<CozyException>(() => silo.Of<IPassphraseGrain>(instance)
            .ChangeAsync(new PassphraseChange { CurrentPassphrase = Right, NewPassphrase = "third" }));
        Assert.Equal((ErrorKind.BadRequest, "Invalid passphrase"), (wrong.Kind, wrong.Message));
    }

    [Fact]
    public async Task A_reset_link_works_once_and_is_kept_as_a_hash()
    {
        var (instance, address) = await CreateWithMailAsync();
        var passphrases = silo.Of<IPassphraseGrain>(instance);
        var page = new Uri("https://alice.example.net/auth/passphrase_renew");
        await passphrases.RequestResetAsync(page, Visitor.Nobody);
        await passphrases.RequestResetAsync(page, Visitor.Nobody);

        var link = (await silo.Mails.WaitForAsync(address)).Link;
        Assert.StartsWith(page.AbsoluteUri + "?token=", link.AbsoluteUri, StringComparison.Ordinal);
        var token = Convert.FromHexString(link.Query["?token=".Length..]);
        var stored = (await silo.Of<IInstanceGrain>(instance).GetAsync())!.PassphraseResetToken;
        Assert.False(stored.Span.SequenceEqual(token));

        Assert.False(await passphrases.IsResetTokenGoodAsync(new byte[16]));
        Assert.True(await passphrases.IsResetTokenGoodAsync(token));
        var renewal = new PassphraseRenewal { Token = token, NewPassphrase = "renewed", KdfIterations = 600_000 };
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(async i =>
        {
            try
            {
                await passphrases.RenewAsync(renewal with { NewPassphrase = $"renewed {i}" });
                return true;
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.Forbidden)
            {
                return false;
            }
        }));

        Assert.Single(both, succeeded => succeeded);
        Assert.False(await passphrases.IsResetTokenGoodAsync(token));
        Assert.Null((await silo.Of<IAuthGrain>(instance).LoginAsync(Attempt(Right, Visitor.Nobody))).Session);
        await silo.Mails.WaitForAsync(address, mail => mail.Subject.Contains("changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hint_is_mailed_and_is_not_the_passphrase()
    {
        var (instance, address) = await CreateWithMailAsync();
        var passphrases = silo.Of<IPassphraseGrain>(instance);
        Assert.False(await passphrases.HasHintAsync());
        await passphrases.SetHintAsync("the <cat>");
        Assert.True(await passphrases.HasHintAsync());

        await passphrases.SendHintAsync();

        Assert.Equal("the <cat>", (await silo.Mails.WaitForAsync(address)).Code);
    }

    [Fact]
    public async Task A_code_by_mail_is_good_once_and_guesses_are_few()
    {
        var (instance, address) = await CreateWithMailAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        var factor = silo.Of<ISecondFactorGrain>(instance);
        await factor.SendActivationCodeAsync(Visitor.Nobody);
        var activation = await silo.Mails.WaitForCodeAsync(address);
        Assert.False(await factor.ActivateMailAsync(Other(activation), Visitor.Nobody));
        Assert.True(await factor.ActivateMailAsync(activation, Visitor.Nobody));
        Assert.Equal(SecondFactor.Mail, (await factor.GetStateAsync()).Factor);

        var step = await auth.LoginAsync(Attempt(Right, Visitor.Nobody));
        Assert.Null(step.Session);
        var code = await silo.Mails.WaitForCodeAsync(address, activation);
        Assert.Null((await auth.FinishLoginAsync(new LoginCode { Token = step.TwoFactorToken!, Code = Other(code) })).Session);
        var done = await auth.FinishLoginAsync(new LoginCode { Token = step.TwoFactorToken!, Code = code, TrustDevice = true });
        Assert.NotNull(done.Session);
        await Assert.ThrowsAsync<CozyException>(() => auth.FinishLoginAsync(new LoginCode { Token = step.TwoFactorToken!, Code = code }));

        // A device that is trusted is not asked, until all others are logged out.
        Assert.NotNull((await auth.LoginAsync(Attempt(Right, Visitor.Nobody) with { TrustedDevice = done.TrustedDevice })).Session);
        await auth.LogoutOthersAsync(null);
        var again = await auth.LoginAsync(Attempt(Right, Visitor.Nobody) with { TrustedDevice = done.TrustedDevice });
        Assert.Null(again.Session);

        for (var i = 0; i < 5; i++)
            Assert.Null((await auth.FinishLoginAsync(new LoginCode { Token = again.TwoFactorToken!, Code = "wrong" })).Session);
        var tooMany = await Assert.ThrowsAsync<CozyException>(
            () => auth.FinishLoginAsync(new LoginCode { Token = again.TwoFactorToken!, Code = "wrong" }));
        Assert.Equal(ErrorKind.TooManyRequests, tooMany.Kind);
    }

    [Fact]
    public async Task An_app_is_asked_once_it_has_proved_itself_and_no_code_counts_twice()
    {
        var instance = await CreateAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        var factor = silo.Of<ISecondFactorGrain>(instance);
        var secret = KeyGeneration.GenerateRandomKey(20);
        var totp = new Totp(secret);
        var app = new AuthenticatorApp { Secret = secret, Code = "000000", DerivedPassphrase = Right };
        Assert.Null(await factor.AddAppAsync(app));
        var wrong = await Assert.ThrowsAsync<CozyException>(
            () => factor.AddAppAsync(app with { DerivedPassphrase = "wrong", Code = totp.ComputeTotp() }));
        Assert.Equal(ErrorKind.Forbidden, wrong.Kind);
        Assert.Equal(SecondFactor.None, (await factor.GetStateAsync()).Factor);

        var setUp = totp.ComputeTotp();
        var recovery = await factor.AddAppAsync(app with { Code = setUp });
        Assert.Equal(RecoveryCodes.Count, recovery!.Count);
        Assert.Equal(new SecondFactorState(SecondFactor.App, RecoveryCodes.Count), await factor.GetStateAsync());

        // The code that set it up counts no more; the next one does, once.
        var step = await auth.LoginAsync(Attempt(Right, Visitor.Nobody));
        Assert.Null((await auth.FinishLoginAsync(new LoginCode { Token = step.TwoFactorToken!, Code = setUp })).Session);
        var next = totp.ComputeTotp(DateTime.UtcNow.AddSeconds(30));
        Assert.NotNull((await auth.FinishLoginAsync(new LoginCode { Token = step.TwoFactorToken!, Code = next })).Session);
        var second = await auth.LoginAsync(Attempt(Right, Visitor.Nobody));
        Assert.Null((await auth.FinishLoginAsync(new LoginCode { Token = second.TwoFactorToken!, Code = next })).Session);

        var code = new LoginCode { Token = second.TwoFactorToken!, Code = recovery[0].ToUpperInvariant() };
        Assert.NotNull((await auth.FinishLoginAsync(code)).Session);
        var third = await auth.LoginAsync(Attempt(Right, Visitor.Nobody));
        Assert.Null((await auth.FinishLoginAsync(code with { Token = third.TwoFactorToken! })).Session);
        Assert.Equal(RecoveryCodes.Count - 1, (await factor.GetStateAsync()).RecoveryCodes);

        var document = await silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instance.Id, FactorDocument.Doctype)).ReadAsync("authenticator");
        var text = System.Text.Encoding.UTF8.GetString(document!.Members.Span);
        Assert.DoesNotContain(Base32Encoding.ToString(secret), text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(secret), text, StringComparison.Ordinal);

        await factor.TurnOffAsync(Visitor.Nobody);
        Assert.NotNull((await auth.LoginAsync(Attempt(Right, Visitor.Nobody))).Session);
    }

    [Fact]
    public async Task A_mail_address_changes_when_the_new_one_answers()
    {
        var (instance, old) = await CreateWithMailAsync();
        var emails = silo.Of<IEmailChangeGrain>(instance);
        var address = MailCatcher.NewAddress("new");
        var change = new EmailChange(Right, address, new Uri("https://alice.example.net/settings/email/confirm"), Visitor.Nobody);
        await Assert.ThrowsAsync<CozyException>(() => emails.StartAsync(change with { DerivedPassphrase = "wrong" }));
        await Assert.ThrowsAsync<CozyException>(() => emails.StartAsync(change with { Email = "nothing" }));
        await Assert.ThrowsAsync<CozyException>(() => emails.ResendAsync(change.Page));
        await emails.StartAsync(change);
        var token = (await silo.Mails.WaitForAsync(address)).Link.Query["?token=".Length..];

        Assert.False(await emails.ConfirmAsync("nonsense", Visitor.Nobody));
        Assert.Equal(old, (await silo.Of<IInstanceGrain>(instance).GetAsync())!.Email);
        Assert.True(await emails.ConfirmAsync(token, Visitor.Nobody));
        Assert.False(await emails.ConfirmAsync(token, Visitor.Nobody));
        Assert.Contains(address, (await silo.Mails.WaitForAsync(old)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_from_a_new_browser_is_told_to_the_owner()
    {
        var (instance, address) = await CreateWithMailAsync();
        var auth = silo.Of<IAuthGrain>(instance);
        await auth.LoginAsync(Attempt(Right, new Visitor { Address = "192.0.2.1", Device = "laptop" }));
        await auth.LoginAsync(Attempt(Right, new Visitor
        {
            Address = "203.0.113.5",
            UserAgent = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36",
            Site = new Uri("http://alice.localhost:8080/"),
        }));

        var mail = Assert.Single(await silo.Mails.WaitAsync(address));
        Assert.Contains("Chrome on Android, address 203.0.113.5", mail.Text, StringComparison.Ordinal);
        Assert.Equal("http://alice.localhost:8080/auth/security", mail.Link.AbsoluteUri);
    }

    private async Task<Instance> CreateAsync(string? email = null)
    {
        var instance = await silo.CreateInstanceAsync(request => request with { Email = email });
        await silo.Of<IAuthGrain>(instance).ChooseFirstPassphraseAsync(new FirstPassphrase
        {
            RegisterToken = instance.RegisterToken,
            DerivedPassphrase = Right,
            KdfIterations = PassphraseDerivation.DefaultIterations,
        });
        return instance;
    }

    // Most logins here come from a browser that is known, so that only the mails in question arrive.
    private async Task<(Instance Instance, string Address)> CreateWithMailAsync()
    {
        var address = MailCatcher.NewAddress();
        return (await CreateAsync(address), address);
    }

    private static LoginAttempt Attempt(string passphrase, Visitor visitor) => new()
    {
        DerivedPassphrase = passphrase,
        Visitor = visitor == Visitor.Nobody ? Known : visitor,
    };

    private static Visitor Known { get; } = new() { Address = "192.0.2.200", Device = "known" };

    private static string Other(string code) => code == "000000" ? "000001" : "000000";
}
