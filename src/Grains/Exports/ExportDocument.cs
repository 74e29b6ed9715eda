using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Exports;

/// <summary>The document of an export in <c>global/io-cozy-exports</c>, with the fields of cozy-stack.</summary>
internal static class ExportDocument
{
    public const string Doctype = "io.cozy.exports";

    public static readonly DatabaseName Database = DatabaseName.ForDoctype(DatabaseName.Global, Doctype);

    /// <summary>The members of an export.</summary>
    /// <param name="instanceId">Whose.</param>
    /// <param name="domain">The instance's domain.</param>
    /// <param name="export">What it is; its document is not looked at.</param>
    /// <param name="writeOutcome">Writes how it ended.</param>
    public static ReadOnlyMemory<byte> Write(string instanceId, string domain, Export export, Action<Utf8JsonWriter>? writeOutcome = null) =>
        Json.Members(writer =>
        {
            writer.WriteString("domain", domain);
            writer.WriteString("prefix", instanceId);
            writer.WriteNumber("parts_size", export.PartBytes);
            WriteTexts(writer, "parts_cursors", export.Cursors);
            if (export.Doctypes.Count > 0)
                WriteTexts(writer, "with_doctypes", export.Doctypes);
            writer.WriteString("state", export.State);
            writer.WriteTime("created_at", export.CreatedAt);
            writer.WriteTime("expires_at", export.ExpiresAt);
            writer.WriteString("content_id", export.ContentId);
            writeOutcome?.Invoke(writer);
        });

    /// <summary>Reads one; null when it is of another instance.</summary>
    public static Export? Read(string instanceId, StoredDocument stored)
    {
        using var parsed = Json.Parse(stored.Members);
        var json = parsed.RootElement;
        return json.Text("prefix") != instanceId ? null : new Export
        {
            Document = new Document(stored.Id, stored.Revision.ToString(), false, stored.Members),
            State = json.Text("state") ?? Export.Failed,
            ContentId = json.Text("content_id") ?? "",
            PartBytes = json.TryGetProperty("parts_size", out var size) && size.TryGetInt64(out var bytes) ? bytes : 0,
            Cursors = json.Texts("parts_cursors"),
            Doctypes = json.Texts("with_doctypes"),
            CreatedAt = json.Time("created_at") ?? DateTimeOffset.UnixEpoch,
            ExpiresAt = json.Time("expires_at") ?? DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>The message of the job that makes an export, with the fields of cozy-stack.</summary>
    public static ReadOnlyMemory<byte> WriteMessage(ExportRequest request) => (byte[])[.. "{"u8, .. Json.Members(writer =>
    {
        writer.WriteNumber("parts_size", request.PartBytes);
        writer.WriteNumber("max_age", request.MaxAge.Ticks * TimeSpan.NanosecondsPerTick);
        if (request.Doctypes.Count > 0)
            WriteTexts(writer, "with_doctypes", request.Doctypes);
        writer.WriteString("address", request.Address);
        if (request.IsOfOperator)
            writer.WriteBoolean("admin_req", true);
    }).Span, .. "}"u8];

    /// <summary>What the message of a job asks for.</summary>
    public static ExportRequest ReadMessage(JsonElement message) => new()
    {
        Address = message.Text("address") ?? "",
        PartBytes = message.TryGetProperty("parts_size", out var size) && size.TryGetInt64(out var bytes) ? bytes : 0,
        MaxAge = message.TryGetProperty("max_age", out var age) && age.TryGetInt64(out var nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : TimeSpan.Zero,
        Doctypes = message.Texts("with_doctypes"),
        IsOfOperator = message.Flag("admin_req"),
    };

    /// <summary>A file's or version's place, at which an archive begins.</summary>
    public static string Cursor(string doctype, string id) => string.Create(CultureInfo.InvariantCulture, $"{doctype}/{id}");

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
