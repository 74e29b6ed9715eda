using Cozy.Web.Admin;
using Xunit;

namespace Cozy.Web.Tests.Admin;

public sealed class AdminSecretTests
{
    [Fact]
    public void A_secret_is_recognised_by_its_stored_hash_and_no_other_is()
    {
        var secret = AdminSecret.Parse(AdminSecret.Create("open sesame").ToString())!;

        Assert.True(secret.Accepts("open sesame"));
        Assert.True(secret.Accepts("open sesame"));
        Assert.False(secret.Accepts("open sesame "));
        Assert.False(secret.Accepts(""));
    }

    [Fact]
    public void What_is_stored_does_not_contain_the_secret_and_differs_each_time()
    {
        var (one, two) = (AdminSecret.Create("open sesame").ToString(), AdminSecret.Create("open sesame").ToString());

        Assert.NotEqual(one, two);
        Assert.DoesNotContain("sesame", one, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("open sesame")]
    [InlineData("pbkdf2-sha256$600000$00$00")]
    [InlineData("pbkdf2-sha256$0$00$0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("pbkdf2-sha256$99999999$00$0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("pbkdf2-sha256$1000$xx$0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("scrypt$1000$00$0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_hash_is_not_read_as_one(string text) => Assert.Null(AdminSecret.Parse(text));
}
