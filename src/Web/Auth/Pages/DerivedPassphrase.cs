using System.Globalization;
using Cozy.Grains.Auth;
using Cozy.Grains.Errors;

namespace Cozy.Web.Auth.Pages;

/// <summary>What clients may send as a passphrase they derived, and how they say in how many rounds.</summary>
internal static class DerivedPassphrase
{
    private const int MaxLength = 1024;
    private const int MaxHintLength = 1000;

    /// <summary>The passphrase, if it is one.</summary>
    /// <exception cref="CozyException">BadRequest.</exception>
    public static string Require(string passphrase) => passphrase.Length is > 0 and <= MaxLength
        ? passphrase
        : throw CozyException.BadRequest("Missing or too long passphrase");

    /// <summary>The rounds.</summary>
    /// <exception cref="CozyException">Invalid.</exception>
    public static int RequireIterations(string text)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var iterations))
            throw CozyException.Invalid("KdfIterations", "The KdfIterations number is missing");
        return iterations switch
        {
            < PassphraseDerivation.MinimumIterations =>
                throw CozyException.Invalid("KdfIterations", "The KdfIterations number is too low"),
            > PassphraseDerivation.MaximumIterations =>
                throw CozyException.Invalid("KdfIterations", "The KdfIterations number is too high"),
            _ => iterations,
        };
    }

    /// <summary>The hint, if it is short enough.</summary>
    /// <exception cref="CozyException">Invalid.</exception>
    public static string RequireHint(string hint) =>
        hint.Length <= MaxHintLength ? hint : throw CozyException.Invalid("hint", "The hint is too long.");
}
