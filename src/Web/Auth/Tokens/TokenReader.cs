using System.Collections.Concurrent;
using Cozy.Grains.Instances;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cozy.Web.Auth.Tokens;

/// <summary>
/// Checks tokens. A token that was found good is remembered, together with the secret that signed it: it is good again
/// as long as the instance still has that secret and the token has not expired.
/// </summary>
internal sealed class TokenReader(TimeProvider time, IOptions<WebOptions> options)
{
    private const int MaxTokenLength = 16 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxTokenLength };
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly int _capacity = options.Value.TokenCacheSize;

    /// <summary>Reads a token for an instance.</summary>
    public TokenReading Read(Instance instance, string text)
    {
        if (_known.TryGetValue(text, out var known) && known.IsFor(instance))
            return Judge(known.Token);

        if (Verify(instance, text) is not { } token)
            return TokenReading.Invalid;

        var reading = Judge(token);
        if (reading.Token is not null)
            Remember(text, new Known(token, instance.Id, instance.Domain, TokenRules.SecretOf(instance, token.Audience)));
        return reading;
    }

    private TokenReading Judge(Token token) =>
        token.Expires is { } expires && time.GetUtcNow() >= expires ? TokenReading.Expired : new TokenReading(token, false);

    private static Token? Verify(Instance instance, string text)
    {
        if (text.Length > MaxTokenLength || !Handler.CanReadToken(text))
            return null;

        try
        {
            var unverified = Handler.ReadJsonWebToken(text);
            if (unverified.Audiences.ToArray() is not [var name] || TokenRules.Parse(name) is not { } audience
                || unverified.Issuer != instance.Domain
                || !IsSigned(unverified, TokenRules.SecretOf(instance, audience)))
            {
                return null;
            }

            return Token.From(unverified, audience);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or FormatException)
        {
            return null;
        }
    }

    private static bool IsSigned(JsonWebToken token, ReadOnlyMemory<byte> secret)
    {
        // A signature has one spelling: the last sign of another could differ in bits that mean nothing.
        if (secret.IsEmpty || token.Alg != SecurityAlgorithms.HmacSha512
            || Base64UrlEncoder.Encode(Base64UrlEncoder.DecodeBytes(token.EncodedSignature)) != token.EncodedSignature)
        {
            return false;
        }

        var key = new SymmetricSecurityKey(secret.ToArray());
        var provider = Crypto.CreateForVerifying(key, SecurityAlgorithms.HmacSha512);
        try
        {
            var signed = System.Text.Encoding.ASCII.GetBytes($"{token.EncodedHeader}.{token.EncodedPayload}");
            return provider.Verify(signed, Base64UrlEncoder.DecodeBytes(token.EncodedSignature));
        }
        finally
        {
            Crypto.ReleaseSignatureProvider(provider);
        }
    }

    private void Remember(string text, Known known)
    {
        // Only good tokens get here, so a full cache means many clients and not an attack: starting again is cheap.
        if (_known.Count >= _capacity)
            _known.Clear();
        _known[text] = known;
    }

    private sealed record Known(Token Token, string InstanceId, string Domain, ReadOnlyMemory<byte> Secret)
    {
        public bool IsFor(Instance instance) => InstanceId == instance.Id && Domain == instance.Domain
            && TokenRules.SecretOf(instance, Token.Audience).Span.SequenceEqual(Secret.Span);
    }
}

/// <summary>What came of reading a token.</summary>
/// <param name="Token">The token when it is good.</param>
/// <param name="IsExpired">It was good once.</param>
internal readonly record struct TokenReading(Token? Token, bool IsExpired)
{
    /// <summary>Not a token of this instance.</summary>
    public static readonly TokenReading Invalid;

    /// <summary>Too old.</summary>
    public static readonly TokenReading Expired = new(null, true);
}
