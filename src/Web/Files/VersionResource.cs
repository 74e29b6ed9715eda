using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Json;

namespace Cozy.Web.Files;

/// <summary>Writes former contents of files as JSON:API resources.</summary>
internal static class VersionResource
{
    /// <summary>Writes one.</summary>
    public static void Write(Utf8JsonWriter json, FileVersion version)
    {
        json.WriteStartObject();
        json.WriteString("type", WellKnownFiles.VersionsDoctype);
        json.WriteString("id", version.Id);
        json.WriteStartObject("attributes");
        JsonMembers.Visit(version.Members, json, static (json, name, value) =>
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        });
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("rev", version.Revision);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the relationship <c>old_versions</c> of the file.</summary>
    public static void WriteRelationship(Utf8JsonWriter json, IReadOnlyList<FileVersion> versions)
    {
        json.WriteStartObject("old_versions");
        json.WriteStartArray("data");
        foreach (var version in versions)
            FileResource.WriteIdentifier(json, version.Id, WellKnownFiles.VersionsDoctype);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
