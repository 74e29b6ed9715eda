using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Jobs;

/// <summary>Writes jobs and triggers as JSON:API resources.</summary>
internal static class JobResource
{
    /// <summary>Answers with one job.</summary>
    public static Task WriteAsync(HttpContext context, int status, Document job) =>
        JsonAnswer.WriteAsync(context.Response, status, JsonAnswer.JsonApi, job, static (json, job) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            WriteJob(json, job);
            json.WriteEndObject();
        });

    /// <summary>Answers with one document of another kind.</summary>
    public static Task WriteAsync(HttpContext context, int status, string type, Document document, string self) =>
        JsonAnswer.WriteAsync(context.Response, status, JsonAnswer.JsonApi, (type, document, self), static (json, one) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            Write(json, one.type, one.document, one.self);
            json.WriteEndObject();
        });

    /// <summary>Answers with a list of jobs.</summary>
    public static Task WriteListAsync(HttpContext context, IReadOnlyList<Document> jobs) =>
        WriteListAsync(context, jobs, static (json, job) => WriteJob(json, job));

    /// <summary>Answers with a list.</summary>
    public static Task WriteListAsync<T>(HttpContext context, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (items, write), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var item in list.items)
                list.write(json, item);
            json.WriteEndArray();
            json.WriteStartObject("meta");
            json.WriteNumber("count", list.items.Count);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>Answers with a trigger, as <see cref="WriteTrigger"/> writes it.</summary>
    public static Task WriteTriggerAsync(HttpContext context, int status, Document trigger, ReadOnlyMemory<byte> state, string url) =>
        JsonAnswer.WriteAsync(context.Response, status, JsonAnswer.JsonApi, (trigger, state, url), static (json, one) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            WriteTrigger(json, one.trigger, one.state, one.url);
            json.WriteEndObject();
        });

    /// <summary>Writes a trigger.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="trigger">The trigger.</param>
    /// <param name="state">What became of its jobs; empty to leave it out.</param>
    /// <param name="url">The address of the instance, with a slash at its end.</param>
    public static void WriteTrigger(Utf8JsonWriter json, Document trigger, ReadOnlyMemory<byte> state, string url)
    {
        Start(json, JobAccess.Triggers, trigger, state);
        json.WriteStartObject("meta");
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", $"/jobs/triggers/{trigger.Id}");
        if (JsonMembers.Text(trigger.Members, "type") == Grains.Triggers.TriggerTypes.Webhook)
            json.WriteString("webhook", $"{url}jobs/webhooks/{trigger.Id}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteJob(Utf8JsonWriter json, Document job) =>
        Write(json, JobAccess.Jobs, job, $"/jobs/{JsonMembers.Text(job.Members, "worker")}/{job.Id}");

    private static void Write(Utf8JsonWriter json, string type, Document document, string self)
    {
        Start(json, type, document, default);
        json.WriteStartObject("meta");
        json.WriteString("rev", document.Revision);
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", self);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string type, Document document, ReadOnlyMemory<byte> state)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("id", document.Id);
        json.WritePropertyName("attributes");
        using var attributes = new PooledBuffer(document.Members.Length + state.Length + 256);
        attributes.Write("{\"_id\":"u8);
        attributes.WriteString(document.Id);
        attributes.Write(",\"_rev\":"u8);
        attributes.WriteString(document.Revision);
        attributes.Write(","u8);
        attributes.Write(document.Members.Span);
        if (!state.IsEmpty)
        {
            attributes.Write(",\"current_state\":"u8);
            attributes.Write(state.Span);
        }

        attributes.Write("}"u8);
        json.WriteRawValue(attributes.Written.Span, skipInputValidation: true);
    }
}
