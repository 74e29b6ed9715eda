using System.Security.Cryptography;
using Cozy.Grains.Instances;

namespace Cozy.Web.Auth.Pages;

/// <summary>The token of the activation link, in hexadecimal.</summary>
internal static class RegisterToken
{
    private const int MaxLength = 128;

    /// <summary>Its bytes; false when the text is not hexadecimal or empty.</summary>
    public static bool TryParse(string? text, out byte[] token)
    {
        token = [];
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        token = Convert.FromHexString(text);
        return true;
    }

    /// <summary>Whether the text is the token of this instance, which waits for its owner.</summary>
    public static bool Opens(Instance instance, string? text) =>
        !instance.OnboardingFinished
        && !instance.RegisterToken.IsEmpty
        && TryParse(text, out var token)
        && CryptographicOperations.FixedTimeEquals(token, instance.RegisterToken.Span);
}
