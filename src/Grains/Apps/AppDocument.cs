using System.Text.Json;
using Cozy.Grains.Jobs.Programs;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Apps;

/// <summary>
/// The document of an installed app: its manifest and, among its members, what the server keeps of it. What the
/// manifest says of the server's members does not count.
/// </summary>
internal static class AppDocument
{
    private const string ServicesMember = "services";
    private const string TriggerMember = "trigger_id";
    private const string LeavingMember = "removing";

    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "slug", "source", "state", "version", "available_version", "checksum", "created_at", "updated_at", "error", "parameters", LeavingMember,
    };

    private static readonly string[] NullUnlessGiven = ["intents", "locales", "notifications", "services"];

    /// <summary>The members for an app whose manifest is known.</summary>
    public static ReadOnlyMemory<byte> Write(AppManifest manifest, AppFacts facts) => Json.Members(json =>
    {
        foreach (var member in manifest.Root.EnumerateObject())
        {
            if (member.Name == ServicesMember && member.Value.ValueKind == JsonValueKind.Object)
                WriteServices(json, facts.Slug, member.Value);
            else if (!Own.Contains(member.Name) && member.Name is not ['_', ..])
                member.WriteTo(json);
        }

        foreach (var name in NullUnlessGiven)
        {
            if (!manifest.Root.TryGetProperty(name, out _))
                json.WriteNull(name);
        }

        if (!manifest.Root.TryGetProperty("name_prefix", out _))
            json.WriteString("name_prefix", string.Empty);
        json.WriteString("version", manifest.Version);
        WriteFacts(json, facts);
    });

    /// <summary>The members for an app of which nothing is known yet but that it is to be installed.</summary>
    public static ReadOnlyMemory<byte> WritePlanned(AppFacts facts) => Json.Members(json =>
    {
        json.WriteString("name", facts.Slug);
        json.WriteString("version", "");
        WriteFacts(json, facts);
    });

    /// <summary>The members of a document with other facts and the same manifest.</summary>
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> members, AppFacts facts)
    {
        using var document = Json.Parse(members);
        return Json.Members(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!Own.Contains(member.Name) || member.Name == "version")
                    member.WriteTo(json);
            }

            WriteFacts(json, facts);
        });
    }

    /// <summary>The facts a document tells.</summary>
    public static AppFacts ReadFacts(ReadOnlyMemory<byte> members)
    {
        using var document = Json.Parse(members);
        var root = document.RootElement;
        return new AppFacts
        {
            Slug = root.Text("slug") ?? string.Empty,
            Source = root.Text("source") ?? string.Empty,
            State = root.Text("state") ?? AppStates.Errored,
            PackageId = PackageIdOf(root),
            AvailableVersion = root.Text("available_version"),
            CreatedAt = root.TryGetProperty("created_at", out var created) && created.TryGetDateTimeOffset(out var at) ? at : default,
            UpdatedAt = root.TryGetProperty("updated_at", out var updated) && updated.TryGetDateTimeOffset(out at) ? at : default,
            Error = root.Text("error"),
            Parameters = root.TryGetProperty("parameters", out var parameters)
                ? System.Text.Encoding.UTF8.GetBytes(parameters.GetRawText())
                : default,
            IsLeaving = root.Flag(LeavingMember),
        };
    }

    /// <summary>What callers are told of an app; null for a document that is none.</summary>
    public static InstalledApp? Read(AppKind kind, string id, string revision, ReadOnlyMemory<byte> members)
    {
        var prefix = kind.Doctype() + "/";
        if (!id.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        using var document = Json.Parse(members);
        return new InstalledApp
        {
            Kind = kind,
            Slug = id[prefix.Length..],
            Revision = revision,
            State = document.RootElement.Text("state") ?? AppStates.Errored,
            Version = document.RootElement.Text("version") ?? string.Empty,
            Source = document.RootElement.Text("source") ?? string.Empty,
            PackageId = PackageIdOf(document.RootElement),
            Members = members,
            IsLeaving = document.RootElement.Flag(LeavingMember),
        };
    }

    /// <summary>Each service as the manifest has it, and the trigger that it has here.</summary>
    private static void WriteServices(Utf8JsonWriter json, string slug, JsonElement services)
    {
        json.WriteStartObject(ServicesMember);
        foreach (var service in services.EnumerateObject())
        {
            if (service.Value.ValueKind != JsonValueKind.Object)
            {
                service.WriteTo(json);
                continue;
            }

            json.WriteStartObject(service.Name);
            foreach (var member in service.Value.EnumerateObject().Where(member => member.Name != TriggerMember))
                member.WriteTo(json);
            json.WriteOptional(TriggerMember, ServiceTriggers.TriggerIdOf(slug, service.Name, service.Value));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string? PackageIdOf(JsonElement root) => root.Text("checksum") is { Length: > 0 } id ? id : null;

    private static void WriteFacts(Utf8JsonWriter json, AppFacts facts)
    {
        json.WriteString("slug", facts.Slug);
        json.WriteString("source", facts.Source);
        json.WriteString("state", facts.State);
        json.WriteOptional("available_version", facts.AvailableVersion);
        json.WriteString("checksum", facts.PackageId ?? string.Empty);
        json.WriteTime("created_at", facts.CreatedAt);
        json.WriteTime("updated_at", facts.UpdatedAt);
        json.WriteOptional("error", facts.Error);
        if (facts.IsLeaving)
            json.WriteBoolean(LeavingMember, true);
        if (!facts.Parameters.IsEmpty)
        {
            json.WritePropertyName("parameters");
            json.WriteRawValue(facts.Parameters.Span);
        }
    }
}

/// <summary>What the server keeps of an app, besides its manifest.</summary>
internal sealed record AppFacts
{
    public required string Slug { get; init; }

    public required string Source { get; init; }

    public required string State { get; init; }

    /// <summary>The package that is served; null until there is one.</summary>
    public string? PackageId { get; init; }

    /// <summary>A version that waits for the owner to agree to its permissions.</summary>
    public string? AvailableVersion { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Why the last operation failed.</summary>
    public string? Error { get; init; }

    /// <summary>A JSON object; empty for none.</summary>
    public ReadOnlyMemory<byte> Parameters { get; init; }

    /// <summary>It is being removed, and its accounts first.</summary>
    public bool IsLeaving { get; init; }
}
