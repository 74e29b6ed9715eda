using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Json;

namespace Cozy.Web.Permissions;

/// <summary>The <c>cozyMetadata</c> of permissions: who made and changed them, and when.</summary>
internal static class PermissionMetadata
{
    /// <summary>For a new document.</summary>
    public static ReadOnlyMemory<byte> New(Caller caller, string domain, DateTimeOffset now) => Write(json =>
    {
        json.WriteString("doctypeVersion", "1");
        json.WriteNumber("metadataVersion", 1);
        json.WriteString("createdAt", now.UtcDateTime);
        if (NameOf(caller) is { } name)
            json.WriteString("createdByApp", name);
        WriteUpdate(json, caller, domain, now, default);
    });

    /// <summary>For a document that changes: all that was there stays but the notes of the last change.</summary>
    public static ReadOnlyMemory<byte> Updated(PermissionDocument document, Caller caller, string domain, DateTimeOffset now)
    {
        if (document.Metadata.IsEmpty)
            return New(caller, domain, now);

        using var old = JsonDocument.Parse(document.Metadata);
        return Write(json =>
        {
            var apps = default(JsonElement);
            foreach (var member in old.RootElement.EnumerateObject())
            {
                if (member.NameEquals("updatedByApps"))
                    apps = member.Value;
                else if (!member.NameEquals("updatedAt"))
                    member.WriteTo(json);
            }

            WriteUpdate(json, caller, domain, now, apps);
        });
    }

    private static void WriteUpdate(Utf8JsonWriter json, Caller caller, string domain, DateTimeOffset now, JsonElement apps)
    {
        json.WriteString("updatedAt", now.UtcDateTime);
        var name = NameOf(caller);
        var others = apps.ValueKind == JsonValueKind.Array
            ? apps.EnumerateArray().Where(app => !IsOf(app, name)).ToList()
            : [];
        if (name is null && others.Count == 0)
            return;

        json.WriteStartArray("updatedByApps");
        foreach (var other in others)
            other.WriteTo(json);
        if (name is not null)
        {
            json.WriteStartObject();
            json.WriteString("slug", name);
            json.WriteString("date", now.UtcDateTime);
            json.WriteString("instance", domain);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool IsOf(JsonElement app, string? name) => app.ValueKind == JsonValueKind.Object
        && app.TryGetProperty("slug", out var slug) && slug.ValueKind == JsonValueKind.String && slug.GetString() == name;

    private static string? NameOf(Caller caller) =>
        caller.Token.Audience == TokenAudience.CommandLine ? null : caller.Token.Subject;

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.Written.ToArray();
    }
}
