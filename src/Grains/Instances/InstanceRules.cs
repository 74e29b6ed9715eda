using Cozy.Grains.Auth;
using Cozy.Grains.Domains;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Instances;

/// <summary>What values an instance may have.</summary>
internal static class InstanceRules
{
    private const int MaximumTextLength = 1024;

    public static void Check(NewInstance request)
    {
        DomainName.Require(request.Domain);
        CheckAliases(request.Domain, request.DomainAliases);
        CheckLocale(request.Locale);
        CheckTimeZone(request.TimeZone);
        CheckIterations(request.KdfIterations == 0 ? PassphraseDerivation.DefaultIterations : request.KdfIterations);
        CheckText("email", request.Email);
        CheckText("public_name", request.PublicName);
        CheckText("oidc_id", request.OidcId);
        if (request.Passphrase is { Length: 0 })
            throw CozyException.Invalid("passphrase", "The passphrase is empty.");
        if (request.DiskQuota < 0)
            throw CozyException.Invalid("disk_quota", "The quota is negative.");
    }

    public static void Check(string domain, InstancePatch patch)
    {
        if (patch.DomainAliases is { } aliases)
            CheckAliases(domain, aliases);
        if (patch.Locale is { } locale)
            CheckLocale(locale);
        CheckTimeZone(patch.TimeZone);
        CheckText("email", patch.Email);
        CheckText("public_name", patch.PublicName);
        CheckText("oidc_id", patch.OidcId);
        if (patch.DiskQuota < -1)
            throw CozyException.Invalid("disk_quota", "The quota is negative.");
    }

    public static void CheckIterations(int iterations)
    {
        if (iterations is < PassphraseDerivation.MinimumIterations or > PassphraseDerivation.MaximumIterations)
        {
            throw CozyException.Invalid(
                "KdfIterations",
                $"The iterations must be from {PassphraseDerivation.MinimumIterations} to {PassphraseDerivation.MaximumIterations}.");
        }
    }

    private static void CheckAliases(string domain, IReadOnlyList<string> aliases)
    {
        foreach (var alias in aliases)
        {
            if (DomainName.Require(alias) == domain || aliases.Count(other => other == alias) > 1)
                throw CozyException.Invalid("domain_aliases", $"The domain {alias} is given twice.");
        }
    }

    private static void CheckLocale(string locale)
    {
        if (locale.Length is < 2 or > 12 || !locale.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw CozyException.Invalid("locale", "The locale is not a language, such as en or fr.");
    }

    private static void CheckTimeZone(string? timeZone)
    {
        if (!string.IsNullOrEmpty(timeZone) && !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
            throw CozyException.Invalid("tz", $"The time zone {timeZone} is not known.");
    }

    public static void CheckText(string name, string? text)
    {
        if (text?.Length > MaximumTextLength)
            throw CozyException.Invalid(name, $"The text is longer than {MaximumTextLength} characters.");
    }
}
