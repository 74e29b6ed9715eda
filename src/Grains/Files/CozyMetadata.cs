using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Files;

/// <summary>The member <c>cozyMetadata</c> of a file or folder: who made, changed, uploaded or trashed it, and when.</summary>
internal sealed class CozyMetadata
{
    public const string Member = "cozyMetadata";

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _json;

    private CozyMetadata(JsonObject json) => _json = json;

    /// <summary>That of a new file or folder.</summary>
    public static CozyMetadata Create(FileAuthor author, DateTimeOffset now)
    {
        var created = new CozyMetadata(new JsonObject
        {
            ["doctypeVersion"] = "1",
            ["metadataVersion"] = 1,
            ["createdAt"] = Json.TimeText(now),
        });
        created.SetOptional("createdByApp", author.Slug);
        created.SetOptional("createdByAppVersion", author.Slug is null ? null : author.Version);
        created._json["updatedAt"] = Json.TimeText(now);
        created.AddUpdate(author, now);
        created.SetOptional("createdOn", author.InstanceUrl);
        return created;
    }

    /// <summary>That of a document that is about to be changed.</summary>
    /// <param name="members">The document's members.</param>
    /// <param name="author">Who changes it.</param>
    /// <param name="now">The time.</param>
    public static CozyMetadata Update(ReadOnlyMemory<byte> members, FileAuthor author, DateTimeOffset now)
    {
        if (MemberChanges.Find(members, Member) is not { } json || JsonNode.Parse(json.Span) is not JsonObject known)
        {
            var createdAt = FileDocument.Time(members, "created_at") ?? now;
            known = new JsonObject
            {
                ["doctypeVersion"] = "1",
                ["metadataVersion"] = 1,
                ["createdAt"] = Json.TimeText(createdAt),
                ["uploadedAt"] = Json.TimeText(createdAt),
            };
        }

        var changed = new CozyMetadata(known);
        changed._json["updatedAt"] = Json.TimeText(now);
        changed.AddUpdate(author, now);
        return changed;
    }

    /// <summary>Adds who uploaded the content, and from which account a connector got it.</summary>
    public CozyMetadata Upload(FileAuthor author, DateTimeOffset now)
    {
        _json["uploadedAt"] = Json.TimeText(now);
        _json.Remove("uploadedBy");
        if (author.Slug is { } slug)
            _json["uploadedBy"] = Uploader(author, slug);
        SetOptional("uploadedOn", author.InstanceUrl);
        if (author.SourceAccount is not null && IsMissing("sourceAccount"))
        {
            _json["sourceAccount"] = author.SourceAccount;
            if (IsMissing("createdByApp"))
                SetOptional("createdByApp", author.Slug);
        }

        if (author.SourceAccountIdentifier is not null && IsMissing("sourceAccountIdentifier"))
            _json["sourceAccountIdentifier"] = author.SourceAccountIdentifier;
        return this;
    }

    /// <summary>Adds who put it into the trash.</summary>
    public CozyMetadata Trash(FileAuthor author, DateTimeOffset now)
    {
        _json["trashedAt"] = Json.TimeText(now);
        _json.Remove("trashedBy");
        if (author.Actor is { } actor)
        {
            var by = new JsonObject { ["kind"] = actor.Kind };
            if (!string.IsNullOrEmpty(actor.DisplayName))
                by["displayName"] = actor.DisplayName;
            if (!string.IsNullOrEmpty(actor.Domain))
                by["domain"] = actor.Domain;
            _json["trashedBy"] = by;
        }

        return this;
    }

    /// <summary>Marks it as one of the owner's favorites, or not any more.</summary>
    public CozyMetadata Favorite(bool value)
    {
        if (value)
            _json["favorite"] = true;
        else
            _json.Remove("favorite");
        return this;
    }

    /// <summary>What a version keeps of it: who uploaded the content.</summary>
    public static CozyMetadata ForVersion(ReadOnlyMemory<byte> members, DateTimeOffset now)
    {
        var version = new JsonObject
        {
            ["doctypeVersion"] = "1",
            ["metadataVersion"] = 1,
            ["createdAt"] = Json.TimeText(now),
            ["updatedAt"] = Json.TimeText(now),
        };
        var file = MemberChanges.Find(members, Member) is { } json ? JsonNode.Parse(json.Span) as JsonObject : null;
        if (file?["uploadedOn"] is { } address)
            version["createdOn"] = address.DeepClone();
        version["uploadedAt"] = file?["uploadedAt"]?.DeepClone()
            ?? Json.TimeText(FileDocument.Time(members, "updated_at") ?? now);
        foreach (var name in (string[])["uploadedBy", "uploadedOn"])
        {
            if (file?[name] is { } value)
                version[name] = value.DeepClone();
        }

        return new CozyMetadata(version);
    }

    /// <summary>Takes over from a version who uploaded the content.</summary>
    public CozyMetadata UploadFrom(ReadOnlyMemory<byte> versionMembers)
    {
        if (MemberChanges.Find(versionMembers, Member) is not { } json || JsonNode.Parse(json.Span) is not JsonObject version)
            return this;
        foreach (var name in (string[])["uploadedAt", "uploadedBy", "uploadedOn"])
        {
            _json.Remove(name);
            if (version[name] is { } value)
                _json[name] = value.DeepClone();
        }

        return this;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(_json, Options);

    private static JsonObject Uploader(FileAuthor author, string slug)
    {
        var uploader = new JsonObject { ["slug"] = slug };
        if (author.Version is not null)
            uploader["version"] = author.Version;
        if (author.OAuthClientId is not null)
        {
            var client = new JsonObject { ["id"] = author.OAuthClientId };
            if (author.OAuthClientKind is not null)
                client["kind"] = author.OAuthClientKind;
            if (author.OAuthClientName is not null)
                client["name"] = author.OAuthClientName;
            uploader["oauthClient"] = client;
        }

        return uploader;
    }

    /// <summary>Each app is listed once for each instance, the last one last.</summary>
    private void AddUpdate(FileAuthor author, DateTimeOffset now)
    {
        if (author.Slug is null)
            return;

        var entries = new JsonArray();
        foreach (var entry in _json["updatedByApps"] as JsonArray ?? [])
        {
            if (entry is JsonObject known && (Text(known, "slug"), Text(known, "instance")) != (author.Slug, author.InstanceUrl))
                entries.Add(known.DeepClone());
        }

        var own = new JsonObject { ["slug"] = author.Slug, ["date"] = Json.TimeText(now) };
        if (author.Version is not null)
            own["version"] = author.Version;
        if (author.InstanceUrl is not null)
            own["instance"] = author.InstanceUrl;
        entries.Add(own);
        _json["updatedByApps"] = entries;
    }

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private bool IsMissing(string name) => string.IsNullOrEmpty(Text(_json, name));

    private void SetOptional(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            _json[name] = value;
    }
}
