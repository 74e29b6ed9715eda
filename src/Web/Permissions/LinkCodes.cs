using System.Security.Cryptography;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Tokens;

namespace Cozy.Web.Permissions;

/// <summary>Makes the codes of links.</summary>
internal sealed class LinkCodes(TokenIssuer issuer)
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Digits = "0123456789";
    private const int UniqueBytes = 9;

    /// <summary>A new code for a name.</summary>
    /// <param name="instance">Whose link it is.</param>
    /// <param name="name">Whom the code is for.</param>
    /// <param name="isTiny">Whether the short form is six digits, which is only safe for an hour.</param>
    public ShareCode Make(Instance instance, string name, bool isTiny)
    {
        // Codes made for one name in one second must differ, or revoking one link would leave the other's code good.
        var unique = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(UniqueBytes));
        var code = issuer.Issue(instance, TokenAudience.Share, name, null, uniqueId: unique);
        var shortCode = isTiny
            ? RandomNumberGenerator.GetString(Digits, ShortCode.TinyLength)
            : RandomNumberGenerator.GetString(LettersAndDigits, ShortCode.Length);
        return new ShareCode(name, code, shortCode);
    }
}
