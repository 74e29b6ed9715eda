using System.Text.Json;
using System.Threading.Channels;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Apps.Serving;

/// <summary>
/// Serves an app that is being developed from its folder, as it is at each request, and has its pages load again when a file
/// changes. Only the operator can install such an app, on the machine of the server.
/// </summary>
internal sealed class DevelopmentServer(AppIndex index, TimeProvider time)
{
    private const string ManifestName = "manifest.webapp";
    private const string ScriptPath = "/.cozy-dev/reload.js";
    private const string EventsPath = "/.cozy-dev/events";
    private const string Script = $"new EventSource('{EventsPath}').addEventListener('reload', () => location.reload())\n";

    /// <summary>Programs that build an app write many files in a moment.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(150);

    /// <summary>Answers a request.</summary>
    public async Task ServeAsync(HttpContext context, string slug, string folder, InstanceAddress address)
    {
        context.Response.Headers.CacheControl = "no-store";
        var isLoggedIn = await context.SessionAsync() is not null;
        switch (context.Request.Path.Value)
        {
            case ScriptPath:
                context.Response.ContentType = "text/javascript; charset=utf-8";
                await context.Response.WriteAsync(Script, context.RequestAborted);
                return;
            case EventsPath when isLoggedIn:
                await TellAsync(context, folder);
                return;
        }

        var app = await ReadAsync(slug, folder, context.RequestAborted);
        if (app.Match(context.Request.Path.Value ?? "/") is not var (route, path) || FileOf(folder, path) is not { } file)
            throw new ApiException(ApiError.Http(404, "Asset not found"));
        if (!route.IsPublic && !isLoggedIn)
            AppServer.TurnAway(context, route, path, address);
        else if (route.IsIndex(path))
            await index.SendAsync(context, app, await ReadPageAsync(file, context.RequestAborted), route, address);
        else
            await SendAsync(context, file);
    }

    private static async Task<ServedApp> ReadAsync(string slug, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return ServedApp.From(slug, await File.ReadAllBytesAsync(Path.Combine(folder, ManifestName), cancellationToken));
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ApiException(ApiError.Http(500, $"The manifest cannot be read: {ManifestName}"));
        }
    }

    /// <summary>The file behind a path; null when there is none, or a link could lead out of the folder.</summary>
    private static string? FileOf(string folder, string path)
    {
        var at = folder;
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment is "." or ".." || segment.Contains('\\', StringComparison.Ordinal) || segment.Contains('\0', StringComparison.Ordinal))
                return null;
            at = Path.Combine(at, segment);
            if (Path.Exists(at) && File.GetAttributes(at).HasFlag(FileAttributes.ReparsePoint))
                return null;
        }

        return File.Exists(at) ? at : null;
    }

    private static async Task<string> ReadPageAsync(string file, CancellationToken cancellationToken)
    {
        var page = await File.ReadAllTextAsync(file, cancellationToken);
        var end = page.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return page.Insert(end < 0 ? page.Length : end, $"<script src=\"{ScriptPath}\"></script>");
    }

    private static async Task SendAsync(HttpContext context, string file)
    {
        context.Response.ContentType = AppFiles.MediaTypeOf(file);
        context.Response.ContentLength = new FileInfo(file).Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.SendFileAsync(file, context.RequestAborted);
    }

    private async Task TellAsync(HttpContext context, string folder)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        watcher.Changed += (_, _) => changes.Writer.TryWrite(true);
        watcher.Created += (_, _) => changes.Writer.TryWrite(true);
        watcher.Deleted += (_, _) => changes.Writer.TryWrite(true);
        watcher.Renamed += (_, _) => changes.Writer.TryWrite(true);
        watcher.EnableRaisingEvents = true;

        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": watching\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (await changes.Reader.ReadAsync(context.RequestAborted))
        {
            await Task.Delay(Settling, time, context.RequestAborted);
            changes.Reader.TryRead(out _);
            await context.Response.WriteAsync("event: reload\ndata: {}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
