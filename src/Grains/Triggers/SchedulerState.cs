using System.Text.Json;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Triggers;

/// <summary>
/// How far a scheduler has come, in a document of <c>io.cozy.scheduler</c>, which no client can reach. Written after what
/// it says is done, so a crash repeats and never skips.
/// </summary>
internal sealed record SchedulerState
{
    /// <summary>Times up to here are handled.</summary>
    public DateTimeOffset HandledUntil { get; init; }

    /// <summary>The sequences up to which changes of doctypes are handled; null before the first change.</summary>
    public required IReadOnlyDictionary<string, string?> Cursors { get; init; }

    /// <summary>What is gathered for triggers with a debounce, by their ids.</summary>
    public required IReadOnlyDictionary<string, Gathered> Gathered { get; init; }

    /// <summary>The document's revision; null before it is written.</summary>
    public Revision? Revision { get; init; }

    public ReadOnlyMemory<byte> ToMembers() => Json.Members(json =>
    {
        json.WriteTime("handled_until", HandledUntil);
        json.WriteStartObject("cursors");
        foreach (var (doctype, sequence) in Cursors)
            json.WriteString(doctype, sequence);
        json.WriteEndObject();
        json.WriteStartObject("gathered");
        foreach (var (trigger, gathered) in Gathered)
        {
            json.WritePropertyName(trigger);
            gathered.Write(json);
        }

        json.WriteEndObject();
    });

    public static SchedulerState Parse(StoredDocument document)
    {
        using var json = Json.Parse(document.Members);
        var root = json.RootElement;
        return new SchedulerState
        {
            HandledUntil = root.Time("handled_until") ?? default,
            Cursors = Members(root, "cursors").ToDictionary(cursor => cursor.Name, cursor => cursor.Value.GetString(), StringComparer.Ordinal),
            Gathered = Members(root, "gathered").ToDictionary(one => one.Name, one => Triggers.Gathered.Read(one.Value), StringComparer.Ordinal),
            Revision = document.Revision,
        };
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement root, string name) =>
        root.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found.EnumerateObject() : default;
}

/// <summary>Events or calls that make one job.</summary>
/// <param name="Due">When.</param>
/// <param name="Count">How many.</param>
/// <param name="Event">The first event; empty for none.</param>
/// <param name="Payloads">What was posted to the webhook.</param>
internal sealed record Gathered(DateTimeOffset Due, int Count, ReadOnlyMemory<byte> Event, IReadOnlyList<ReadOnlyMemory<byte>> Payloads)
{
    public static Gathered Read(JsonElement json) => new(
        json.Time("due") ?? default,
        json.Integer("count"),
        json.TryGetProperty("event", out var happened) ? JsonSerializer.SerializeToUtf8Bytes(happened) : default,
        json.TryGetProperty("payloads", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(one => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(one))]
            : []);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteTime("due", Due);
        json.WriteNumber("count", Count);
        if (!Event.IsEmpty)
        {
            json.WritePropertyName("event");
            json.WriteRawValue(Event.Span);
        }

        if (Payloads.Count > 0)
        {
            json.WriteStartArray("payloads");
            foreach (var payload in Payloads)
                json.WriteRawValue(payload.Span);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>With one more.</summary>
    public Gathered With(ReadOnlyMemory<byte> payload, int maxPayloads) => this with
    {
        Count = Count + 1,
        Payloads = payload.IsEmpty || Payloads.Count >= maxPayloads ? Payloads : [.. Payloads, payload],
    };
}
