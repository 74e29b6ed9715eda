using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Web.Auth.Sessions;

namespace Cozy.Web.Apps;

/// <summary>Writes apps and connectors as JSON:API resources.</summary>
internal static class AppResource
{
    /// <summary>Writes <c>{"data":…}</c> for one app.</summary>
    public static void WriteDocument(Utf8JsonWriter json, InstalledApp app, InstanceAddress address)
    {
        json.WriteStartObject();
        json.WritePropertyName("data");
        Write(json, app, address);
        json.WriteEndObject();
    }

    /// <summary>Writes one app.</summary>
    public static void Write(Utf8JsonWriter json, InstalledApp app, InstanceAddress address)
    {
        var self = $"/{app.Kind.RouteName()}/{app.Slug}";
        json.WriteStartObject();
        json.WriteString("type", app.Kind.Doctype());
        json.WriteString("id", app.Kind.DocumentId(app.Slug));
        json.WritePropertyName("attributes");
        json.WriteRawValue([.. "{"u8, .. app.Members.Span, .. "}"u8], skipInputValidation: true);
        json.WriteStartObject("meta");
        json.WriteString("rev", app.Revision);
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", self);
        if (app.Kind == AppKind.WebApp && app.IsReady)
            json.WriteString("related", $"{address.Scheme}://{address.AppDomain(app.Slug)}/");
        json.WriteString("icon", app.Version.Length > 0 ? $"{self}/icon/{Uri.EscapeDataString(app.Version)}" : $"{self}/icon");
        if (app.Kind == AppKind.Connector)
            json.WriteString("permissions", $"/permissions{self}");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
