using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Instances;
using Cozy.Web.Instances;

namespace Cozy.Web.Admin;

/// <summary>
/// Instances as the admin API shows them: JSON:API, members without a value left out, and never a secret that would
/// let an operator act as the owner. The register token is no such secret: whoever creates instances hands it on.
/// </summary>
internal static class InstanceJson
{
    public static void WriteResource(Utf8JsonWriter json, Instance instance, WebOptions options)
    {
        json.WriteStartObject();
        json.WriteString("type", "instances");
        json.WriteString("id", instance.Id);
        WriteAttributes(json, instance);
        json.WriteStartObject("meta");
        json.WriteString("rev", instance.Revision);
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", "/instances/" + instance.Id);
        json.WriteString("related", instance.Url(options));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, Instance instance)
    {
        json.WriteStartObject("attributes");
        json.WriteString("domain", instance.Domain);
        if (instance.DomainAliases.Count > 0)
        {
            json.WriteStartArray("domain_aliases");
            foreach (var alias in instance.DomainAliases)
                json.WriteStringValue(alias);
            json.WriteEndArray();
        }

        json.WriteString("prefix", instance.Id);
        json.WriteString("locale", instance.Locale);
        WriteIfSet(json, "uuid", instance.Uuid);
        WriteIfSet(json, "oidc_id", instance.OidcId);
        WriteIfSet(json, "context", instance.ContextName);
        WriteIfTrue(json, "blocked", instance.Blocked);
        WriteIfSet(json, "blocking_reason", instance.BlockingReason);
        WriteIfTrue(json, "onboarding_finished", instance.OnboardingFinished);
        json.WriteBoolean("password_defined", instance.PassphraseHash is not null);
        if (instance.AuthMode != 0)
            json.WriteNumber("auth_mode", instance.AuthMode);
        if (instance.DiskQuota > 0)
            json.WriteString("disk_quota", instance.DiskQuota.ToString(CultureInfo.InvariantCulture));
        if (!instance.OnboardingFinished && !instance.RegisterToken.IsEmpty)
            json.WriteBase64String("register_token", instance.RegisterToken.Span);
        WriteIfSet(json, "email", instance.Email);
        WriteIfSet(json, "public_name", instance.PublicName);
        WriteIfSet(json, "tz", instance.TimeZone);
        json.WriteEndObject();
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private static void WriteIfTrue(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
            json.WriteBoolean(name, true);
    }
}
