using System.Text.Json;
using Cozy.Web.Auth.OpenId;

namespace Cozy.Web.Instances;

/// <summary>What apps are told of an instance, in their page and by <c>/settings</c> alike. Both write members of an object.</summary>
internal static class InstanceFacts
{
    /// <summary>What the server can do.</summary>
    public static void WriteCapabilities(Utf8JsonWriter json, (SubdomainStyle Subdomains, OpenIdProvider? Provider) server)
    {
        json.WriteBoolean("file_versioning", true);
        json.WriteBoolean("flat_subdomains", server.Subdomains == SubdomainStyle.Flat);
        json.WriteBoolean("can_auth_with_password", server.Provider is not { DisablePassphrases: true });
        json.WriteBoolean("can_auth_with_magic_links", false);
        json.WriteBoolean("can_auth_with_oidc", server.Provider is not null);
    }

    /// <summary>The feature flags.</summary>
    public static void WriteFlags(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, JsonElement>> flags)
    {
        foreach (var (name, value) in flags)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
