using System.Globalization;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Instances;

/// <summary>The document of an instance in <c>global/instances</c>, with the field names of cozy-stack.</summary>
internal static class InstanceDocument
{
    public static readonly DatabaseName Database = new(DatabaseName.Global, "instances");

    /// <summary>Whether the document says that the instance is being destroyed.</summary>
    public static bool IsDeleting(StoredDocument document)
    {
        using var json = Json.Parse(document.Members);
        return json.RootElement.Flag("deleting");
    }

    public static Instance Read(StoredDocument document, OwnerSettings? settings)
    {
        using var parsed = Json.Parse(document.Members);
        var json = parsed.RootElement;
        var hash = json.Bytes("passphrase_hash");
        return new Instance
        {
            Id = json.Text("prefix") ?? document.Id,
            Revision = document.Revision.ToString(),
            Domain = json.Text("domain")!,
            DomainAliases = json.Texts("domain_aliases"),
            Locale = json.Text("locale") ?? "en",
            ContextName = json.Text("context"),
            Uuid = json.Text("uuid"),
            OidcId = json.Text("oidc_id"),
            AuthMode = json.Integer("auth_mode"),
            Blocked = json.Flag("blocked"),
            BlockingReason = json.Text("blocking_reason"),
            OnboardingFinished = json.Flag("onboarding_finished"),
            DiskQuota = long.TryParse(json.Text("disk_quota"), CultureInfo.InvariantCulture, out var quota) ? quota : 0,
            PassphraseHash = hash.IsEmpty ? null : Encoding.UTF8.GetString(hash.Span),
            RegisterToken = json.Bytes("register_token"),
            SessionSecret = json.Bytes("session_secret"),
            OAuthSecret = json.Bytes("oauth_secret"),
            CliSecret = json.Bytes("cli_secret"),
            PassphraseResetToken = json.Bytes("passphrase_reset_token"),
            PassphraseResetTime = json.Time("passphrase_reset_time"),
            FeatureFlags = json.TryGetProperty("feature_flags", out var flags) && flags.ValueKind == JsonValueKind.Object
                ? Encoding.UTF8.GetBytes(flags.GetRawText())
                : ReadOnlyMemory<byte>.Empty,
            FeatureSets = json.Texts("feature_sets"),
            KdfIterations = settings?.KdfIterations ?? 0,
            Email = settings?.Email,
            PublicName = settings?.PublicName,
            TimeZone = settings?.TimeZone,
        };
    }

    /// <summary>The document's members; those of <paramref name="current"/> that this program does not know are kept.</summary>
    public static ReadOnlyMemory<byte> Write(Instance instance, ReadOnlyMemory<byte> current, bool deleting = false)
    {
        using var old = Json.Parse(current);
        return Json.Members(writer =>
        {
            writer.WriteString("domain", instance.Domain);
            if (instance.DomainAliases.Count > 0)
            {
                writer.WriteStartArray("domain_aliases");
                foreach (var alias in instance.DomainAliases)
                    writer.WriteStringValue(alias);
                writer.WriteEndArray();
            }

            writer.WriteString("prefix", instance.Id);
            writer.WriteString("locale", instance.Locale);
            writer.WriteOptional("uuid", instance.Uuid);
            writer.WriteOptional("oidc_id", instance.OidcId);
            writer.WriteOptional("context", instance.ContextName);
            if (instance.AuthMode != 0)
                writer.WriteNumber("auth_mode", instance.AuthMode);
            WriteFlag(writer, "blocked", instance.Blocked);
            writer.WriteOptional("blocking_reason", instance.BlockingReason);
            WriteFlag(writer, "onboarding_finished", instance.OnboardingFinished);
            WriteFlag(writer, "password_defined", instance.PassphraseHash is not null);
            if (instance.DiskQuota > 0)
                writer.WriteString("disk_quota", instance.DiskQuota.ToString(CultureInfo.InvariantCulture));
            if (instance.PassphraseHash is not null)
                writer.WriteBase64String("passphrase_hash", Encoding.UTF8.GetBytes(instance.PassphraseHash));
            if (!instance.RegisterToken.IsEmpty)
                writer.WriteBase64String("register_token", instance.RegisterToken.Span);
            if (!instance.PassphraseResetToken.IsEmpty)
                writer.WriteBase64String("passphrase_reset_token", instance.PassphraseResetToken.Span);
            if (instance.PassphraseResetTime is { } resetTime)
                writer.WriteTime("passphrase_reset_time", resetTime);
            writer.WriteBase64String("session_secret", instance.SessionSecret.Span);
            writer.WriteBase64String("oauth_secret", instance.OAuthSecret.Span);
            writer.WriteBase64String("cli_secret", instance.CliSecret.Span);
            WriteFlag(writer, "deleting", deleting);
            WriteFeatures(writer, instance);

            foreach (var member in old.RootElement.EnumerateObject())
            {
                if (!Known.Contains(member.Name))
                    member.WriteTo(writer);
            }
        });
    }

    private static void WriteFeatures(Utf8JsonWriter writer, Instance instance)
    {
        if (!instance.FeatureFlags.IsEmpty)
        {
            writer.WritePropertyName("feature_flags");
            writer.WriteRawValue(instance.FeatureFlags.Span);
        }

        if (instance.FeatureSets.Count == 0)
            return;
        writer.WriteStartArray("feature_sets");
        foreach (var set in instance.FeatureSets)
            writer.WriteStringValue(set);
        writer.WriteEndArray();
    }

    private static readonly HashSet<string> Known =
    [
        "domain", "domain_aliases", "prefix", "locale", "uuid", "oidc_id", "context", "auth_mode", "blocked", "blocking_reason",
        "onboarding_finished", "password_defined", "disk_quota", "passphrase_hash", "register_token",
        "passphrase_reset_token", "passphrase_reset_time", "session_secret", "oauth_secret", "cli_secret", "deleting",
        "feature_flags", "feature_sets",
    ];

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
            writer.WriteBoolean(name, value);
    }
}
