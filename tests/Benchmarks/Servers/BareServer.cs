using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cozy.Benchmarks.Servers;

/// <summary>The baseline: Kestrel and nothing else, in a process of its own.</summary>
internal static class BareServer
{
    /// <summary>Bytes of one read or write; the size that Kestrel's own file responses use is smaller.</summary>
    private const int BufferBytes = 64 * 1024;

    public static async Task<int> RunAsync(int port, string folder)
    {
        // Else it would watch the folder that the server under test writes to.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
        });
        var app = builder.Build();

        var document = await File.ReadAllBytesAsync(Path.Combine(folder, "document.json"));
        app.MapGet("/document", async (HttpContext context) =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = document.Length;
            await context.Response.BodyWriter.WriteAsync(document);
        });
        var answers = new ConcurrentDictionary<string, byte[]>();
        app.MapGet("/answer/{name}", async (HttpContext context, string name) =>
        {
            var answer = answers.GetOrAdd(name, static (name, folder) => File.ReadAllBytes(Path.Combine(folder, name)), folder);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer);
        });
        app.MapGet("/file", (HttpContext context, string name = "file.bin") => context.Response.SendFileAsync(Path.Combine(folder, name)));
        app.MapPost("/file", async (HttpContext context) =>
        {
            // Durable, as what it is compared with is.
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true))
            {
                await context.Request.Body.CopyToAsync(file, BufferBytes);
                file.Flush(flushToDisk: true);
            }

            context.Response.StatusCode = StatusCodes.Status201Created;
        });
        BareSockets.Map(app);
        await app.RunAsync();
        return 0;
    }
}
