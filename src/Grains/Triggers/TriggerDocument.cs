using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Jobs;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Triggers;

/// <summary>A trigger as its document has it; the members are cozy-stack's, but for <c>signature</c>.</summary>
internal sealed record TriggerDocument
{
    public const string Doctype = "io.cozy.triggers";

    public required string Id { get; init; }

    public string? Revision { get; init; }

    public string Domain { get; init; } = "";

    public string InstanceId { get; init; } = "";

    public required string Type { get; init; }

    public required string Worker { get; init; }

    public string Arguments { get; init; } = "";

    public string Debounce { get; init; } = "";

    public JobOptions? Options { get; init; }

    public ReadOnlyMemory<byte> Message { get; init; }

    public WebhookSignature? Signature { get; init; }

    public string? CreatedByApp { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How long events and calls are gathered; zero for not at all.</summary>
    public TimeSpan DebounceTime => GoDuration.TryParse(Debounce, out var time) ? time : TimeSpan.Zero;

    public Document ToDocument() => new(Id, Revision!, false, ToMembers());

    public ReadOnlyMemory<byte> ToMembers() => Json.Members(json =>
    {
        json.WriteString("domain", Domain);
        json.WriteString("prefix", InstanceId);
        json.WriteString("type", Type);
        json.WriteString("worker", Worker);
        json.WriteString("arguments", Arguments);
        json.WriteString("debounce", Debounce);
        json.WritePropertyName("options");
        if (Options is { } options)
            JobOptionsJson.Write(json, options);
        else
            json.WriteNullValue();
        json.WritePropertyName("message");
        json.WriteRawValue(Message.IsEmpty ? "null"u8 : Message.Span);
        Signature?.Write(json);
        json.WriteStartObject("cozyMetadata");
        json.WriteString("doctypeVersion", "1");
        json.WriteNumber("metadataVersion", 1);
        json.WriteTime("createdAt", CreatedAt);
        json.WriteOptional("createdByApp", CreatedByApp);
        json.WriteTime("updatedAt", UpdatedAt);
        json.WriteEndObject();
    });

    public static TriggerDocument Parse(string id, string revision, ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        var root = json.RootElement;
        var metadata = root.TryGetProperty("cozyMetadata", out var found) && found.ValueKind == JsonValueKind.Object ? found : root;
        return new TriggerDocument
        {
            Id = id,
            Revision = revision,
            Domain = root.Text("domain") ?? "",
            InstanceId = root.Text("prefix") ?? "",
            Type = root.Text("type") ?? "",
            Worker = root.Text("worker") ?? "",
            Arguments = root.Text("arguments") ?? "",
            Debounce = root.Text("debounce") ?? "",
            Options = root.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object
                ? JobOptionsJson.Read(options)
                : null,
            Message = root.TryGetProperty("message", out var message) ? JsonSerializer.SerializeToUtf8Bytes(message) : default,
            Signature = WebhookSignature.Read(root),
            CreatedByApp = metadata.Text("createdByApp"),
            CreatedAt = metadata.Time("createdAt") ?? default,
            UpdatedAt = metadata.Time("updatedAt") ?? metadata.Time("createdAt") ?? default,
        };
    }
}
