using System.Globalization;
using System.Text.Json;
using Cozy.Web.Dav;
using Cozy.Web.Json;
using Cozy.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Errors;

/// <summary>Writes an error in the format of the group of routes it belongs to.</summary>
internal static class ErrorWriter
{
    /// <summary>Answers with the error. The response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        if (error.LoginPage is { } login && HttpMethods.IsGet(context.Request.Method) && !ErrorFormats.AcceptsJson(context.Request))
        {
            response.StatusCode = StatusCodes.Status303SeeOther;
            response.Headers.Location = login;
            return Task.CompletedTask;
        }

        response.StatusCode = error.Status;
        if (error.Challenge is { } challenge)
            response.Headers.WWWAuthenticate = challenge;
        if (error.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        return ErrorFormats.Of(context.Request) switch
        {
            ErrorFormat.Couch => WriteCouchAsync(response, error),
            ErrorFormat.Dav => DavErrorWriter.WriteAsync(response, error),
            ErrorFormat.JsonApi when error.Style != ErrorStyle.Http => WriteJsonApiAsync(response, error),
            _ when ErrorFormats.AcceptsJson(context.Request) => WriteMessageAsync(response, error.Detail),
            _ when ErrorFormats.AcceptsHtml(context.Request) => WritePageAsync(context, error),
            ErrorFormat.JsonApi => WriteJsonApiAsync(response, error),
            _ => WriteMessageAsync(response, error.Detail),
        };
    }

    /// <summary>Answers 404 because no instance has the name the client asked for, whatever the path.</summary>
    public static Task WriteUnknownInstanceAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return ErrorFormats.AcceptsJson(context.Request)
            ? WriteMessageAsync(context.Response, "Instance not found")
            : WritePageAsync(context, ApiError.Http(404, "There is no Cozy at this address."));
    }

    /// <summary>Writes <c>{"errors":[…]}</c>.</summary>
    public static Task WriteJsonApiAsync(HttpResponse response, ApiError error) =>
        JsonAnswer.WriteAsync(response, response.StatusCode, JsonAnswer.JsonApi, error, static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("errors");
            json.WriteStartObject();
            json.WriteString("status", error.StatusText);
            json.WriteString("title", error.Title);
            if (error.Code is { } code)
                json.WriteString("code", code);
            json.WriteString("detail", error.Detail);
            json.WriteStartObject("source");
            if (error.Source is { } source)
                json.WriteString(source is ['/', ..] ? "pointer" : "parameter", source);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static Task WriteCouchAsync(HttpResponse response, ApiError error) => error switch
    {
        { Style: ErrorStyle.Proxied } => WriteProxiedAsync(response, error),
        { Style: ErrorStyle.Couch } => WriteCouchDocumentAsync(response, error.StatusText, error.Title, error.Detail),
        { Style: ErrorStyle.Http } => WriteMessageAsync(response, $"code={error.StatusText}, message={error.Detail}"),
        { Status: 404 } => WriteCouchDocumentAsync(response, "404", "not_found", error.Code ?? "missing"),
        { Status: 409 } => WriteCouchDocumentAsync(response, "409", "conflict", "Document update conflict."),
        _ => WriteMessageAsync(response, $"{error.Title}({error.StatusText}): {error.Detail}"),
    };

    private static Task WriteCouchDocumentAsync(HttpResponse response, string status, string error, string reason) =>
        JsonAnswer.WriteAsync(response, response.StatusCode, JsonAnswer.Json, (status, error, reason), static (json, value) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", false);
            json.WriteString("status", value.status);
            json.WriteString("error", value.error);
            json.WriteString("reason", value.reason);
            json.WriteEndObject();
        });

    private static Task WriteProxiedAsync(HttpResponse response, ApiError error) =>
        JsonAnswer.WriteAsync(response, response.StatusCode, JsonAnswer.Json, error, static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteString("error", error.Title);
            json.WriteString("reason", error.Detail);
            json.WriteEndObject();
        });

    private static Task WriteMessageAsync(HttpResponse response, string message) =>
        JsonAnswer.WriteAsync(response, response.StatusCode, JsonAnswer.Json, message, static (json, message) =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        });

    private static Task WritePageAsync(HttpContext context, ApiError error) =>
        ErrorPage.Show(context, error.Status, error.Detail).ExecuteAsync(context);
}
