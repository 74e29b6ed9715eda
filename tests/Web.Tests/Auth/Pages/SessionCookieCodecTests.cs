using System.Buffers.Text;
using System.Security.Cryptography;
using Cozy.Web.Auth.Sessions;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class SessionCookieCodecTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [Theory]
    [InlineData("a")]
    [InlineData("f00dbabe00000000000000000000cafe")]
    [InlineData("é-日本")]
    public void A_value_gives_back_the_session_it_was_made_for(string id) =>
        Assert.Equal(id, SessionCookieCodec.Decode(SessionCookieCodec.Encode(id, Now, Secret), Secret));

    [Fact]
    public void A_value_is_the_time_the_id_and_their_signature()
    {
        var bytes = Base64Url.DecodeFromChars(SessionCookieCodec.Encode("id", Now, Secret));

        Assert.Equal(8 + 2 + 32, bytes.Length);
        Assert.Equal(Now.ToUnixTimeSeconds(), System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes));
        Assert.Equal("id"u8, bytes.AsSpan(8, 2));
        byte[] signed = [.. "cozysessid"u8, .. bytes.AsSpan(0, 10)];
        Assert.Equal(HMACSHA256.HashData(Secret, signed), bytes[10..]);
    }

    [Fact]
    public void A_value_with_any_bit_changed_is_refused()
    {
        var bytes = Base64Url.DecodeFromChars(SessionCookieCodec.Encode("session", Now, Secret));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var forged = bytes.ToArray();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(SessionCookieCodec.Decode(Base64Url.EncodeToString(forged), Secret));
        }
    }

    [Fact]
    public void A_value_of_another_instance_is_refused() =>
        Assert.Null(SessionCookieCodec.Decode(SessionCookieCodec.Encode("session", Now, Secret), new byte[64]));

    [Fact]
    public void No_value_is_taken_when_the_secret_is_missing() =>
        Assert.Null(SessionCookieCodec.Decode(SessionCookieCodec.Encode("session", Now, Secret), []));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public void What_is_no_value_is_refused(string? value) => Assert.Null(SessionCookieCodec.Decode(value, Secret));

    [Theory]
    [InlineData(40)]
    [InlineData(169)]
    [InlineData(192)]
    [InlineData(100_000)]
    public void A_value_of_an_impossible_length_is_refused(int size) =>
        Assert.Null(SessionCookieCodec.Decode(Base64Url.EncodeToString(new byte[size]), Secret));

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void An_id_of_an_impossible_length_gets_no_value(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SessionCookieCodec.Encode(new string('a', length), Now, Secret));

    [Fact]
    public void The_longest_id_survives()
    {
        var id = new string('a', 128);
        Assert.Equal(id, SessionCookieCodec.Decode(SessionCookieCodec.Encode(id, Now, Secret), Secret));
    }
}
