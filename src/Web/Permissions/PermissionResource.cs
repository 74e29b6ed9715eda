using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;

namespace Cozy.Web.Permissions;

/// <summary>Writes permissions as JSON:API resources.</summary>
internal static class PermissionResource
{
    private const string Doctype = "io.cozy.permissions";

    /// <summary>Writes a document; its codes only for whoever may hand them out.</summary>
    public static void Write(Utf8JsonWriter json, PermissionDocument document, bool withCodes)
    {
        Start(json, document.Id);
        json.WriteString("type", document.Type);
        if (!string.IsNullOrEmpty(document.SourceId))
            json.WriteString("source_id", document.SourceId);
        WriteRules(json, document.Rules);
        if (document.ExpiresAt is { } end)
            json.WriteString("expires_at", end.UtcDateTime);
        if (withCodes && document.Codes.Count > 0)
            WriteCodes(json, document.Codes);
        if (document.PasswordHash is not null)
            json.WriteBoolean("password", true);
        if (!document.Metadata.IsEmpty)
        {
            json.WritePropertyName("cozyMetadata");
            json.WriteRawValue(document.Metadata.Span, skipInputValidation: true);
        }

        End(json, document.Id, document.Revision);
    }

    /// <summary>Writes the permissions that are in a token.</summary>
    public static void WriteScope(Utf8JsonWriter json, Caller caller)
    {
        Start(json, string.Empty);
        json.WriteString("type", caller.Token.Audience == TokenAudience.Access ? "oauth" : "cli");
        if (caller.SourceId is { } source)
            json.WriteString("source_id", source);
        WriteRules(json, [.. caller.Permissions.Rules.Select((rule, place) =>
            new TitledRule($"rule{place}", null, rule, ListsVerbs: false))]);
        End(json, string.Empty, null);
    }

    private static void WriteRules(Utf8JsonWriter json, IReadOnlyList<TitledRule> rules)
    {
        if (rules.Count == 0)
            return;
        json.WritePropertyName("permissions");
        PermissionJson.Write(json, rules);
    }

    private static void WriteCodes(Utf8JsonWriter json, IReadOnlyList<ShareCode> codes)
    {
        json.WriteStartObject("codes");
        foreach (var code in codes)
            json.WriteString(code.Name, code.Code);
        json.WriteEndObject();
        json.WriteStartObject("shortcodes");
        foreach (var code in codes.Where(code => code.ShortCode is not null))
            json.WriteString(code.Name, code.ShortCode);
        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("type", Doctype);
        json.WriteString("id", id);
        json.WriteStartObject("attributes");
    }

    private static void End(Utf8JsonWriter json, string id, string? revision)
    {
        json.WriteEndObject();
        json.WriteStartObject("meta");
        if (revision is not null)
            json.WriteString("rev", revision);
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", $"/permissions/{id}");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
