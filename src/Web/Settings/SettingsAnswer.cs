using System.Text.Json;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Settings;

/// <summary>Answers with one document of <c>io.cozy.settings</c>, real or made up for the answer.</summary>
internal static class SettingsAnswer
{
    public const string Doctype = "io.cozy.settings";

    /// <param name="context">The request.</param>
    /// <param name="name">The last part of the document's id.</param>
    /// <param name="revision">Its revision; null for one that is made up.</param>
    /// <param name="state">What <paramref name="write"/> needs.</param>
    /// <param name="write">Writes the attributes.</param>
    public static Task WriteAsync<T>(HttpContext context, string name, string? revision, T state, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (name, revision, state, write), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("type", Doctype);
            json.WriteString("id", $"{Doctype}.{answer.name}");
            json.WriteStartObject("attributes");
            answer.write(json, answer.state);
            json.WriteEndObject();
            json.WriteStartObject("meta");
            if (answer.revision is not null)
                json.WriteString("rev", answer.revision);
            json.WriteEndObject();
            json.WriteStartObject("links");
            json.WriteString("self", $"/settings/{answer.name}");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>Answers that it is done.</summary>
    public static Task DoneAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
