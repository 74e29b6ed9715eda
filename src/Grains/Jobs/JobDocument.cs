using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Jobs;

/// <summary>
/// A job as its document has it. The members are cozy-stack's; ours (<c>errors</c>, <c>losses</c>, <c>not_before</c>,
/// <c>lease</c>, <c>progress</c>, <c>idempotency_key</c>) are there only when there is something to say.
/// </summary>
internal sealed record JobDocument
{
    public required string Id { get; init; }

    public string? Revision { get; init; }

    public required string Domain { get; init; }

    public required string InstanceId { get; init; }

    public required string Worker { get; init; }

    public string? TriggerId { get; init; }

    public ReadOnlyMemory<byte> Message { get; init; }

    public ReadOnlyMemory<byte> Event { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    public bool IsManual { get; init; }

    public bool IsDebounced { get; init; }

    public JobOptions? Options { get; init; }

    public string State { get; init; } = JobStates.Queued;

    public DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Error { get; init; }

    public bool ForwardLogs { get; init; }

    public string? IdempotencyKey { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The server itself made it.</summary>
    public bool IsOfServer { get; init; }

    /// <summary>What went wrong in tries before.</summary>
    public IReadOnlyList<JobError> Errors { get; init; } = [];

    /// <summary>How often it was lost with its worker.</summary>
    public int Losses { get; init; }

    public LeaseNote? Lease { get; init; }

    public ReadOnlyMemory<byte> Progress { get; init; }

    /// <summary>About how many bytes it takes.</summary>
    public int Size => 500 + Message.Length + Event.Length + Payload.Length + (Options?.Then?.Message.Length ?? 0);

    public bool HasEnded => State is JobStates.Done or JobStates.Errored;

    /// <summary>The job as others see it.</summary>
    public Document ToDocument() => new(Id, Revision!, false, ToMembers());

    /// <summary>The members of the document.</summary>
    public ReadOnlyMemory<byte> ToMembers() => Json.Members(json =>
    {
        json.WriteString("domain", Domain);
        json.WriteString("prefix", InstanceId);
        json.WriteString("worker", Worker);
        json.WriteOptional("trigger_id", TriggerId);
        WriteRaw(json, "message", Message, "null"u8);
        WriteRaw(json, "event", Event, "null"u8);
        WriteRaw(json, "payload", Payload, default);
        if (IsManual)
            json.WriteBoolean("manual_execution", true);
        if (IsDebounced)
            json.WriteBoolean("debounced", true);
        if (Options is { } options)
        {
            json.WritePropertyName("options");
            JobOptionsJson.Write(json, options);
        }

        json.WriteString("state", State);
        json.WriteTime("queued_at", QueuedAt);
        json.WriteTime("started_at", StartedAt ?? JobStates.NoTime);
        json.WriteTime("finished_at", FinishedAt ?? JobStates.NoTime);
        json.WriteOptional("error", Error);
        if (ForwardLogs)
            json.WriteBoolean("forward_logs", true);
        WriteOwn(json);
    });

    public static JobDocument Parse(Document document) => Parse(document.Id, document.Revision, document.Members);

    public static JobDocument Parse(string id, string revision, ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        var root = json.RootElement;
        return new JobDocument
        {
            Id = id,
            Revision = revision,
            Domain = root.Text("domain") ?? "",
            InstanceId = root.Text("prefix") ?? "",
            Worker = root.Text("worker") ?? "",
            TriggerId = root.Text("trigger_id"),
            Message = Raw(root, "message"),
            Event = Raw(root, "event"),
            Payload = Raw(root, "payload"),
            IsManual = root.Flag("manual_execution"),
            IsDebounced = root.Flag("debounced"),
            Options = root.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object
                ? JobOptionsJson.Read(options)
                : null,
            State = root.Text("state") ?? JobStates.Queued,
            QueuedAt = Time(root, "queued_at") ?? default,
            StartedAt = Time(root, "started_at"),
            FinishedAt = Time(root, "finished_at"),
            Error = root.Text("error"),
            ForwardLogs = root.Flag("forward_logs"),
            IdempotencyKey = root.Text("idempotency_key"),
            IsOfServer = root.Flag("of_server"),
            NotBefore = Time(root, "not_before"),
            Errors = JobError.Read(root),
            Losses = root.Integer("losses"),
            Lease = LeaseNote.Read(root),
            Progress = Raw(root, "progress"),
        };
    }

    private void WriteOwn(Utf8JsonWriter json)
    {
        json.WriteOptional("idempotency_key", IdempotencyKey);
        if (IsOfServer)
            json.WriteBoolean("of_server", true);
        if (NotBefore is { } notBefore)
            json.WriteTime("not_before", notBefore);
        JobError.Write(json, Errors);
        if (Losses > 0)
            json.WriteNumber("losses", Losses);
        Lease?.Write(json);
        WriteRaw(json, "progress", Progress, default);
    }

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        root.Time(name) is { } time && time > JobStates.NoTime ? time : null;

    private static ReadOnlyMemory<byte> Raw(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? JsonSerializer.SerializeToUtf8Bytes(value)
            : ReadOnlyMemory<byte>.Empty;

    private static void WriteRaw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value, ReadOnlySpan<byte> instead)
    {
        if (value.IsEmpty && instead.IsEmpty)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(value.IsEmpty ? instead : value.Span);
    }
}
