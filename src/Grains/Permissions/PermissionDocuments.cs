using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Permissions;

/// <summary>Permissions as documents of <c>io.cozy.permissions</c>, with the fields of cozy-stack.</summary>
internal sealed class PermissionDocuments(IDocumentStore store, IGrainFactory grains, string instanceId)
{
    public const string Doctype = "io.cozy.permissions";

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, Doctype);
    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));

    /// <summary>All of them.</summary>
    public async Task<PermissionIndex> LoadAsync()
    {
        var index = new PermissionIndex();
        await DocumentPages.ForEachAsync(store, _database, (id, stored) =>
        {
            if (Read(id, stored.Revision.ToString(), stored.Members) is { } document)
                index.Set(document);
        });
        return index;
    }

    /// <summary>Whether a document with this id ever existed, and is gone.</summary>
    public async Task<bool> IsDeletedAsync(string id)
    {
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: true };
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <summary>Writes a document and returns it with its new revision.</summary>
    /// <exception cref="CozyException">Conflict.</exception>
    public async Task<PermissionDocument> WriteAsync(PermissionDocument document, bool isRetry) => document with
    {
        Revision = await EditAsync(new Edit(document.Id, document.Revision, false, Write(document), isRetry)),
    };

    /// <summary>Deletes a document and returns what it was.</summary>
    /// <exception cref="CozyException">Conflict.</exception>
    public async Task<PermissionDocument> DeleteAsync(PermissionDocument document, bool isRetry)
    {
        await EditAsync(new Edit(document.Id, document.Revision, true, default, isRetry));
        return document;
    }

    private async Task<string> EditAsync(Edit edit)
    {
        var outcome = (await _documents.EditAsync([edit]))[0];
        return outcome.Error is null ? outcome.Revision! : throw CozyException.Conflict(outcome.Reason!);
    }

    private static ReadOnlyMemory<byte> Write(PermissionDocument document) => Json.Members(json =>
    {
        json.WriteString("type", document.Type);
        json.WriteOptional("source_id", document.SourceId);
        json.WritePropertyName("permissions");
        PermissionJson.Write(json, document.Rules);
        if (document.ExpiresAt is { } end)
            json.WriteTime("expires_at", end);
        if (document.Codes.Count > 0)
        {
            json.WriteStartObject("codes");
            foreach (var code in document.Codes)
                json.WriteString(code.Name, code.Code);
            json.WriteEndObject();
            json.WriteStartObject("shortcodes");
            foreach (var code in document.Codes.Where(code => code.ShortCode is not null))
                json.WriteString(code.Name, code.ShortCode);
            json.WriteEndObject();
        }

        json.WriteOptional("password", document.PasswordHash);
        if (!document.Metadata.IsEmpty)
        {
            json.WritePropertyName("cozyMetadata");
            json.WriteRawValue(document.Metadata.Span);
        }
    });

    /// <summary>Null for a document that is none of ours, which then gives nobody anything.</summary>
    private static PermissionDocument? Read(string id, string revision, ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        var root = json.RootElement;
        try
        {
            return new PermissionDocument
            {
                Id = id,
                Revision = revision,
                Type = root.Text("type") ?? string.Empty,
                SourceId = root.Text("source_id"),
                Rules = root.TryGetProperty("permissions", out var rules) ? PermissionJson.Read(rules) : [],
                ExpiresAt = ReadExpiry(root),
                Codes = [.. ReadCodes(root)],
                PasswordHash = ReadPassword(root),
                Metadata = root.TryGetProperty("cozyMetadata", out var metadata)
                    ? System.Text.Encoding.UTF8.GetBytes(metadata.GetRawText())
                    : default,
            };
        }
        catch (CozyException)
        {
            return null;
        }
    }

    /// <summary>An end that cannot be read has passed.</summary>
    private static DateTimeOffset? ReadExpiry(JsonElement root) => root.Text("expires_at") is not { Length: > 0 } text
        ? null
        : DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var end)
            ? end
            : DateTimeOffset.MinValue;

    /// <summary>Kept as text, or by cozy-stack as the base64 of that text.</summary>
    private static string? ReadPassword(JsonElement root)
    {
        if (root.Text("password") is not { Length: > 0 } text)
            return null;
        return !text.StartsWith("scrypt$", StringComparison.Ordinal) && root.Bytes("password") is { IsEmpty: false } bytes
            ? System.Text.Encoding.UTF8.GetString(bytes.Span)
            : text;
    }

    private static IEnumerable<ShareCode> ReadCodes(JsonElement root)
    {
        if (!root.TryGetProperty("codes", out var codes) || codes.ValueKind != JsonValueKind.Object)
            yield break;
        var hasShort = root.TryGetProperty("shortcodes", out var shorts) && shorts.ValueKind == JsonValueKind.Object;
        foreach (var code in codes.EnumerateObject())
        {
            if (code.Value.ValueKind == JsonValueKind.String)
                yield return new ShareCode(code.Name, code.Value.GetString()!, hasShort ? shorts.Text(code.Name) : null);
        }
    }
}
