using Cozy.Grains.Auth;
using Cozy.Grains.Domains;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;

namespace Cozy.Web.Admin;

/// <summary>Turns the parameters of admin requests into the messages of the Instance grain.</summary>
internal static class InstanceRequests
{
    /// <exception cref="CozyException">Invalid: a parameter is missing or unacceptable.</exception>
    public static NewInstance ReadNew(AdminParameters parameters)
    {
        RefuseUnsupported(parameters);
        return new NewInstance
        {
            Domain = RequireDomain(parameters["Domain"]),
            DomainAliases = [.. (parameters.List("DomainAliases") ?? []).Select(RequireDomain)],
            Locale = parameters["Locale"] ?? "en",
            ContextName = parameters["ContextName"],
            Uuid = parameters["UUID"],
            OidcId = parameters["OIDCID"],
            DiskQuota = ReadQuota(parameters) ?? 0,
            Email = parameters["Email"],
            PublicName = parameters["PublicName"],
            TimeZone = parameters["Timezone"],
            Passphrase = parameters["Passphrase"],
            KdfIterations = ReadIterations(parameters),
            Apps = parameters.List("Apps"),
        };
    }

    /// <exception cref="CozyException">Invalid: a parameter is unacceptable.</exception>
    public static InstancePatch ReadPatch(AdminParameters parameters)
    {
        RefuseUnsupported(parameters);
        parameters.Refuse("Passphrase", "Deleting");
        return new InstancePatch
        {
            DomainAliases = parameters.List("DomainAliases")?.Select(RequireDomain).ToArray(),
            Locale = parameters["Locale"],
            ContextName = parameters["ContextName"],
            Uuid = parameters["UUID"],
            OidcId = parameters["OIDCID"],
            DiskQuota = ReadQuota(parameters),
            Email = parameters["Email"],
            PublicName = parameters["PublicName"],
            TimeZone = parameters["Timezone"],
            Blocked = parameters.Truth("Blocked"),
            BlockingReason = parameters["BlockingReason"],
            OnboardingFinished = parameters.Truth("OnboardingFinished"),
        };
    }

    private static string RequireDomain(string? domain) =>
        DomainName.Normalize(domain) is { } name && !name.Contains("..", StringComparison.Ordinal)
            ? name
            : throw CozyException.Invalid("domain", "Domain name contains illegal characters");

    private static long? ReadQuota(AdminParameters parameters) =>
        parameters.Number("DiskQuota") is { } quota && quota < -1
            ? throw CozyException.Invalid("DiskQuota", "A quota is a number of bytes; 0 or -1 for no limit.")
            : parameters.Number("DiskQuota");

    private static int ReadIterations(AdminParameters parameters) => parameters.Number("KdfIterations") switch
    {
        null or 0 => 0,
        < PassphraseDerivation.MinimumIterations =>
            throw CozyException.Invalid("KdfIterations", "The KdfIterations number is too low"),
        > PassphraseDerivation.MaximumIterations =>
            throw CozyException.Invalid("KdfIterations", "The KdfIterations number is too high"),
        var iterations => (int)iterations,
    };

    private static void RefuseUnsupported(AdminParameters parameters)
    {
        parameters.Refuse(
            "OrgDomain", "OrgID", "OldDomain", "FranceConnectID", "TOSSigned", "TOSLatest", "Phone",
            "Settings", "Key", "sponsorships", "Sponsorships", "feature_sets");
        if (parameters["AuthMode"] is not (null or "basic"))
            throw CozyException.Invalid("AuthMode", "Only the mode basic is supported.");
        if (parameters.Truth("MagicLink") is true)
            throw CozyException.Invalid("MagicLink", "This parameter is not supported.");
    }
}
