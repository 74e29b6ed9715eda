using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Apps;

/// <summary>Takes what apps write to their log: <c>POST /apps/:slug/logs</c>.</summary>
internal sealed partial class AppLogHandler(ILogger<AppLogHandler> logger, IOptions<WebOptions> options)
{
    private const string Doctype = "io.cozy.apps.logs";
    private const int MaxLines = 1000;
    private const int MaxLength = 2000;

    private readonly WebOptions _options = options.Value;

    /// <summary>Writes the lines of the request to the server's log.</summary>
    public async Task WriteAsync(HttpContext context, AppKind kind)
    {
        var caller = context.Caller();
        var slug = AppEndpoints.RequireSlug(context);
        var audience = kind == AppKind.WebApp ? TokenAudience.App : TokenAudience.Connector;
        if (caller.Token.Audience != audience || caller.Token.Subject != slug || !caller.Permissions.AllowsAll(Verbs.Post, Doctype))
            throw ApiException.Forbidden();

        foreach (var (level, message) in Read(await JsonBody.ReadAsync(context, _options)))
            Log(level, slug, context.Instance().Id, message);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static List<(LogLevel Level, string Message)> Read(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() > MaxLines)
            throw ApiException.BadRequest($"the body is not a list of at most {MaxLines} lines");
        return [.. json.RootElement.EnumerateArray().Select(ReadLine)];
    }

    private static (LogLevel Level, string Message) ReadLine(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object || TextOf(line, "msg") is not { } message)
            throw ApiException.BadRequest("a line is not an object with a msg");
        var level = TextOf(line, "level") switch
        {
            "debug" => LogLevel.Debug,
            "info" => LogLevel.Information,
            "warning" or "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => throw ApiException.Invalid("level", "Not a level"),
        };

        // A line break would let an app write lines in the name of the server.
        return (level, string.Concat(message.Take(MaxLength).Select(c => char.IsControl(c) ? ' ' : c)));
    }

    private static string? TextOf(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [LoggerMessage(EventId = 2101, Message = "App {Slug} of {InstanceId}: {Text}")]
    private partial void Log(LogLevel level, string slug, string instanceId, string text);
}
