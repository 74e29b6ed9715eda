using System.Diagnostics;
using Cozy.Testing;

namespace Cozy.Browser.Tests;

/// <summary>An app in a temporary folder, to be installed.</summary>
public sealed class AppFolder : IDisposable
{
    private AppFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The whole page of an app of one's own making: <c>{{.CozyData}}</c> and a script at the end.</summary>
    private const string Page =
        """
        <!doctype html><html lang="{{.Locale}}"><head><meta charset="utf-8"><title>The app</title></head>
        <body><div role="application" data-cozy="{{.CozyData}}"></div>BODY<script src="FOLDER/app.js"></script></body></html>
        """;

    /// <summary>Writes an app of one page and one script.</summary>
    /// <param name="slug">Its short name.</param>
    /// <param name="permissions">What it asks for, the members of a JSON object.</param>
    /// <param name="body">The inside of the page's body.</param>
    /// <param name="script">The script; the page loads it last.</param>
    /// <param name="page">A page instead of the usual one, which has its own body.</param>
    /// <param name="isPublic">Whether the page is at <c>/public</c> too, for those who have a link.</param>
    public static AppFolder Write(string slug, string permissions, string body, string script, string? page = null, bool isPublic = false)
    {
        const string Public = """ ,"/public":{"folder":"/","index":"index.html","public":true} """;
        var folder = new AppFolder(Directory.CreateTempSubdirectory("cozy-app-").FullName);
        File.WriteAllText(
            System.IO.Path.Combine(folder.Path, "manifest.webapp"),
            $$"""
            {"name":"The {{slug}}","slug":"{{slug}}","version":"1.0.0","editor":"Test","type":"webapp",
             "routes":{"/":{"folder":"/","index":"index.html","public":false}{{(isPublic ? Public : "")}} },"permissions":{{{permissions}}} }
            """);
        File.WriteAllText(
            System.IO.Path.Combine(folder.Path, "index.html"),
            page ?? Page.Replace("BODY", body, StringComparison.Ordinal).Replace("FOLDER", isPublic ? "/public" : "", StringComparison.Ordinal));
        File.WriteAllText(System.IO.Path.Combine(folder.Path, "app.js"), script);
        return folder;
    }

    /// <summary>A script of <c>tests/Browser</c> with the packages it needs, as esbuild bundles it.</summary>
    public static async Task<string> BundleAsync(string script)
    {
        var root = RepositoryFolder.Under("tests", "Browser");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root };
        foreach (var argument in new[]
        {
            "node_modules/esbuild/bin/esbuild", script, "--bundle", "--define:global=window",
            "--define:process.env.NODE_ENV=\"production\"", "--log-level=error",

            // Packages ask for it; the ecosystem's build tools give it to them.
            "--banner:js=var process = { env: {}, nextTick: act => setTimeout(act) };",
        })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(await error);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
