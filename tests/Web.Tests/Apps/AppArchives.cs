using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Cozy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Web.Tests.Apps.AppArchives))]

namespace Cozy.Web.Tests.Apps;

/// <summary>A site with archives of apps, which is a registry too.</summary>
public sealed class AppArchives : IAsyncLifetime
{
    private static readonly int Port = FreePort.Next();

    private readonly Dictionary<string, byte[]> _files = [];
    private readonly Dictionary<string, int> _counts = [];
    private WebApplication _site = null!;

    /// <summary>Where it is, known before it is there.</summary>
    public static string RegistryAddress => $"http://127.0.0.1:{Port}/";

    public string Address { get; private set; } = null!;

    /// <summary>How often a path was asked for.</summary>
    public int CountOf(string path)
    {
        lock (_files)
            return _counts.GetValueOrDefault(path);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(RegistryAddress);
        builder.Logging.ClearProviders();
        _site = builder.Build();
        _site.Run(async context =>
        {
            byte[]? content;
            lock (_files)
            {
                _files.TryGetValue(context.Request.Path.Value!, out content);
                _counts[context.Request.Path.Value!] = _counts.GetValueOrDefault(context.Request.Path.Value!) + 1;
            }

            context.Response.ContentType = context.Request.Path.Value!.EndsWith("/icon", StringComparison.Ordinal) ? "image/svg+xml" : "application/json";
            context.Response.StatusCode = content is null ? 404 : 200;
            await context.Response.Body.WriteAsync(content);
        });
        await _site.StartAsync();
        Address = _site.Urls.First();
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>Offers bytes; returns their address.</summary>
    public string Offer(string path, byte[] content)
    {
        lock (_files)
            _files[path] = content;
        return Address + path;
    }

    /// <summary>Offers an archive under an address of its own; returns that.</summary>
    public string Offer(params (string Path, string Content)[] files) => Offer($"/{Guid.NewGuid():N}.tar.gz", Tar(files));

    /// <summary>Offers the app that most tests use; returns its address.</summary>
    public string OfferMini(string version = "1.0.0", string permissions = """{"files":{"type":"io.cozy.files"}}""") => Offer(
        ("mini/manifest.webapp", Manifest(version, permissions)),
        ("mini/index.html", """<html lang="{{.Locale}}"><body data-cozy="{{.CozyData}}">private {{ .AppName }}{{.Nonsense}}</body></html>"""),
        ("mini/app.0123456789ab.js", string.Concat(Enumerable.Repeat("console.log('mini');\n", 200))),
        ("mini/icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("mini/public/index.html", """<html><body data-token="{{.Token}}">public</body></html>"""));

    public static string Manifest(string version, string permissions) =>
        $$"""
        {"name":"Mini & more","slug":"mini","version":"{{version}}","editor":"Test","icon":"icon.svg","type":"webapp",
         "routes":{"/":{"folder":"/","index":"index.html","public":false},"/public":{"folder":"/public","index":"index.html","public":true} },
         "permissions":{{permissions}},"state":"ready","checksum":"made up"}
        """;

    /// <summary>A compressed tar archive.</summary>
    public static byte[] Tar(params ReadOnlySpan<(string Path, string Content)> files)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                });
            }
        }

        return buffer.ToArray();
    }
}
