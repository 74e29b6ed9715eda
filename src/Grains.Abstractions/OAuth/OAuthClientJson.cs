using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cozy.Grains.OAuth;

/// <summary>Clients as JSON, in documents and in requests alike: the names of RFC 7591 and cozy-stack's own.</summary>
public static class OAuthClientJson
{
    /// <summary>What the server sets itself: a client never says it of itself.</summary>
    private static readonly FrozenSet<string> ServersOwn = new[]
    {
        "_id", "_rev", "client_id", "client_secret", "client_secret_expires_at", "registration_access_token", "pending",
        "allow_login_scope", "grant_types", "response_types", "client_os", "synchronized_at", "last_refreshed_at", "flagship",
        "certified_from_store", "created_at_onboarding", "oidc_session_id", "token_generation", "cozyMetadata",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Declared = new[]
    {
        "redirect_uris", "client_name", "client_kind", "client_uri", "logo_uri", "policy_uri", "software_id",
        "software_version", "notifications", "notification_platform", "notification_device_token",
    }.ToFrozenSet();

    /// <summary>Reads a document.</summary>
    public static OAuthClient ReadDocument(string id, string revision, JsonElement root) =>
        ReadDeclared(root, new OAuthClient
        {
            Id = id,
            Revision = revision,
            Secret = Text(root, "client_secret") ?? string.Empty,
            RedirectUris = [],
            Name = string.Empty,
            SoftwareId = string.Empty,
            IsPending = Flag(root, "pending"),
            OperatingSystem = Text(root, "client_os"),
            SynchronizedAt = Time(root, "synchronized_at"),
            LastRefreshedAt = Time(root, "last_refreshed_at"),
            IsFlagship = Flag(root, "flagship"),
            IsCertifiedFromStore = Flag(root, "certified_from_store"),
            IsCreatedAtOnboarding = Flag(root, "created_at_onboarding"),
            AllowsLoginScope = Flag(root, "allow_login_scope"),
            OidcSessionId = Text(root, "oidc_session_id"),
            CreatedAt = Metadata(root) is { } metadata ? Time(metadata, "createdAt") : null,
            UpdatedAt = Metadata(root) is { } changed ? Time(changed, "updatedAt") : null,
            TokenGeneration = root.TryGetProperty("token_generation", out var generation) && generation.TryGetInt32(out var number) ? number : 0,
            OtherMembers = Others(root),
        });

    /// <summary>Takes what a client may say of itself; what it does not say is not.</summary>
    public static OAuthClient ReadDeclared(JsonElement root, OAuthClient client) => client with
    {
        RedirectUris = Texts(root, "redirect_uris"),
        Name = Text(root, "client_name") ?? string.Empty,
        Kind = Text(root, "client_kind"),
        ClientUri = Text(root, "client_uri"),
        LogoUri = Text(root, "logo_uri"),
        PolicyUri = Text(root, "policy_uri"),
        SoftwareId = Text(root, "software_id") ?? string.Empty,
        SoftwareVersion = Text(root, "software_version"),
        Notifications = root.TryGetProperty("notifications", out var kinds) && kinds.ValueKind == JsonValueKind.Object
            ? Encoding.UTF8.GetBytes(kinds.GetRawText())
            : default,
        NotificationPlatform = Text(root, "notification_platform")?.ToLowerInvariant(),
        NotificationDeviceToken = Text(root, "notification_device_token"),
    };

    /// <summary>Writes the members; its id, if it is to be seen, comes before.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="client">The client.</param>
    /// <param name="withSecret">Whether its secret may be seen.</param>
    /// <param name="registrationToken">The token to change its registration with; null to show none.</param>
    public static void WriteMembers(Utf8JsonWriter json, OAuthClient client, bool withSecret, string? registrationToken = null)
    {
        if (withSecret)
            json.WriteString("client_secret", client.Secret);
        json.WriteNumber("client_secret_expires_at", 0);
        WriteText(json, "registration_access_token", registrationToken);
        WriteFlag(json, "allow_login_scope", client.AllowsLoginScope);
        WriteFlag(json, "pending", client.IsPending);
        WriteTexts(json, "redirect_uris", client.RedirectUris);
        WriteTexts(json, "grant_types", ["authorization_code", "refresh_token"]);
        WriteTexts(json, "response_types", ["code"]);
        json.WriteString("client_name", client.Name);
        WriteText(json, "client_kind", client.Kind);
        WriteText(json, "client_uri", client.ClientUri);
        WriteText(json, "logo_uri", client.LogoUri);
        WriteText(json, "policy_uri", client.PolicyUri);
        json.WriteString("software_id", client.SoftwareId);
        WriteText(json, "software_version", client.SoftwareVersion);
        WriteText(json, "client_os", client.OperatingSystem);
        if (!client.Notifications.IsEmpty)
        {
            json.WritePropertyName("notifications");
            json.WriteRawValue(client.Notifications.Span);
        }

        WriteText(json, "notification_platform", client.NotificationPlatform);
        WriteText(json, "notification_device_token", client.NotificationDeviceToken);
        WriteTime(json, "synchronized_at", client.SynchronizedAt);
        WriteTime(json, "last_refreshed_at", client.LastRefreshedAt);
        WriteFlag(json, "flagship", client.IsFlagship);
        WriteFlag(json, "certified_from_store", client.IsCertifiedFromStore);
        WriteFlag(json, "created_at_onboarding", client.IsCreatedAtOnboarding);
        WriteText(json, "oidc_session_id", client.OidcSessionId);
        WriteMetadata(json, client);
    }

    /// <summary>Writes what only the document has.</summary>
    public static void WriteHiddenMembers(Utf8JsonWriter json, OAuthClient client)
    {
        if (client.TokenGeneration > 0)
            json.WriteNumber("token_generation", client.TokenGeneration);
        if (client.OtherMembers.IsEmpty)
            return;
        using var others = JsonDocument.Parse(client.OtherMembers);
        foreach (var member in others.RootElement.EnumerateObject())
            member.WriteTo(json);
    }

    private static void WriteMetadata(Utf8JsonWriter json, OAuthClient client)
    {
        if (client.CreatedAt is null && client.UpdatedAt is null)
            return;
        json.WriteStartObject("cozyMetadata");
        json.WriteString("doctypeVersion", "1");
        json.WriteNumber("metadataVersion", 1);
        WriteTime(json, "createdAt", client.CreatedAt);
        WriteText(json, "createdByApp", client.LinkedApp);
        if (client.LinkedApp is not null)
            WriteText(json, "createdByAppVersion", client.SoftwareVersion);
        WriteTime(json, "updatedAt", client.UpdatedAt);
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Others(JsonElement root)
    {
        var others = root.EnumerateObject().Where(member => !ServersOwn.Contains(member.Name) && !Declared.Contains(member.Name)).ToList();
        return others.Count == 0
            ? default
            : Encoding.UTF8.GetBytes($"{{{string.Join(',', others.Select(member => member.ToString()))}}}");
    }

    private static JsonElement? Metadata(JsonElement root) =>
        root.TryGetProperty("cozyMetadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? metadata : null;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static bool Flag(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        DateTimeOffset.TryParse(Text(root, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static IReadOnlyList<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
            json.WriteBoolean(name, true);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, known.UtcDateTime);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
