using Cozy.Grains.Auth;
using Xunit;

namespace Cozy.Grains.Tests.Auth;

public sealed class SecretsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly byte[] Secret = [.. Enumerable.Repeat((byte)7, 64)];

    [Fact]
    public void A_token_is_good_for_its_purpose_its_context_and_its_time()
    {
        var token = TwoFactorTokens.Issue(Secret, "door", "alice", Now + TimeSpan.FromMinutes(1));

        Assert.True(TwoFactorTokens.Check(Secret, "door", "alice", token, Now, out var nonce));
        Assert.Equal(32, nonce.Length);
        Assert.False(TwoFactorTokens.Check(Secret, "window", "alice", token, Now, out _));
        Assert.False(TwoFactorTokens.Check(Secret, "door", "bob", token, Now, out _));
        Assert.False(TwoFactorTokens.Check(new byte[64], "door", "alice", token, Now, out _));
        Assert.False(TwoFactorTokens.Check(Secret, "door", "alice", token, Now + TimeSpan.FromMinutes(2), out _));
        Assert.False(TwoFactorTokens.Check([], "door", "alice", token, Now, out _));
    }

    [Fact]
    public void No_character_of_a_token_can_be_changed()
    {
        var token = TwoFactorTokens.Issue(Secret, "door", "", Now + TimeSpan.FromMinutes(1));
        for (var i = 0; i < token.Length - 1; i++)
        {
            var changed = string.Concat(token.AsSpan(0, i), token[i] == 'A' ? "B" : "A", token.AsSpan(i + 1));
            Assert.False(TwoFactorTokens.Check(Secret, "door", "", changed, Now, out _));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not base64 url!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_token_is_refused(string? token) =>
        Assert.False(TwoFactorTokens.Check(Secret, "door", "", token, Now, out _));

    [Fact]
    public void A_context_cannot_reach_into_the_purpose()
    {
        var token = TwoFactorTokens.Issue(Secret, "a", "b\nc", Now + TimeSpan.FromMinutes(1));
        Assert.False(TwoFactorTokens.Check(Secret, "a\nb", "c", token, Now, out _));
    }

    [Fact]
    public void Codes_have_six_digits_and_follow_from_their_name()
    {
        var codes = Enumerable.Range(0, 200).Select(i => TwoFactorTokens.CodeFor(Secret, "mail", $"{i}")).ToArray();
        Assert.All(codes, code => Assert.Matches("^[0-9]{6}$", code));
        Assert.Equal(codes[7], TwoFactorTokens.CodeFor(Secret, "mail", "7"));
        Assert.InRange(codes.Distinct().Count(), 190, 200);
        Assert.True(TwoFactorTokens.AreEqual("123456", "123 456"));
        Assert.False(TwoFactorTokens.AreEqual("123456", "123457"));
    }

    [Fact]
    public void Recovery_codes_are_found_however_they_are_typed()
    {
        var codes = RecoveryCodes.New();
        Assert.Equal(RecoveryCodes.Count, codes.Distinct().Count());
        var code = codes[0];
        Assert.Matches("^[a-z2-7]{4}(-[a-z2-7]{4}){3}$", code);
        var hash = RecoveryCodes.HashOf(code);
        Assert.NotNull(hash);
        Assert.Equal(hash, RecoveryCodes.HashOf(code.ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)));
        Assert.Null(RecoveryCodes.HashOf("123456"));
        Assert.Null(RecoveryCodes.HashOf(""));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge", "Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari", "iOS")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome", "Android")]
    [InlineData("curl/8.5.0", "curl", "")]
    [InlineData("", "", "")]
    public void Browsers_are_recognised(string userAgent, string browser, string system)
    {
        Assert.Equal(browser, UserAgents.BrowserOf(userAgent));
        Assert.Equal(system, UserAgents.SystemOf(userAgent));
    }
}
