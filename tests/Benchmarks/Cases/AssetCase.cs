using System.Security.Cryptography;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>A file of 200 KB of an app, on the app's own host, against Kestrel sending the same file.</summary>
internal sealed class AssetCase : BenchmarkCase
{
    private const int AssetBytes = 200_000;
    private const string Slug = "asset";

    private const string Manifest =
        """{"name":"Asset","slug":"asset","version":"1.0.0","routes":{"/":{"folder":"/","index":"index.html","public":true}}}""";

    public override string Name => "asset";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var content = RandomNumberGenerator.GetBytes(AssetBytes);
        var app = Directory.CreateDirectory(Path.Combine(environment.Folder, Slug)).FullName;
        await File.WriteAllTextAsync(Path.Combine(app, "manifest.webapp"), Manifest);
        await File.WriteAllTextAsync(Path.Combine(app, "index.html"), "<html></html>");
        await File.WriteAllBytesAsync(Path.Combine(app, "picture.0123456789.webp"), content);
        await File.WriteAllBytesAsync(Path.Combine(environment.Folder, "asset.bin"), content);
        var domain = environment.Headers["Host"];
        await environment.CliAsync("apps", "install", Slug, app, "--domain", domain);

        var address = new Uri(environment.Cozy, "/picture.0123456789.webp");
        var headers = new Dictionary<string, string> { ["Host"] = $"{Slug}.{domain}" };
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => RequestLoad.GetAsync(environment.Client, address, headers, options.Duration),
            () => RequestLoad.GetAsync(environment.Client, new Uri(environment.Bare, "/file?name=asset.bin"), new Dictionary<string, string>(), options.Duration));
        report.Add("file of 200 KB of an app, 32 clients", results[0], 0.6, ("bare Kestrel", results[1]));
    }
}
