using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

/// <summary>
/// Repeats dialogues that were recorded from Apache CouchDB 3.5 (<c>Recordings/couchdb-3.5.tar.gz</c>, whose README tells of
/// them): the answers must be the recorded ones, word for word. Not beside other tests: some feeds of the dialogues wait
/// for less than a second, as the recorded ones did.
/// </summary>
[Collection(nameof(RecordedDialoguesTests))]
[CollectionDefinition(nameof(RecordedDialoguesTests), DisableParallelization = true)]
public sealed class RecordedDialoguesTests(RunningServer server)
{
    /// <summary>Those that differ, each for a reason that docs/couchdb.md gives.</summary>
    private static readonly string[] Different =
    [
        // A path with %00 in it; a range longer than the attachment.
        "102-", "109-", "310-",

        // More JavaScript than views, filters and validation; an error's internal reference; options of views.
        "503-", "504-", "505-", "506-", "508-", "510-",
    ];

    /// <summary>Those that are about JavaScript itself.</summary>
    private static readonly string[] AboutJavaScript =
        ["120-", "501-", "503-", "504-", "505-", "506-", "507-", "508-", "509-", "510-"];

    [Fact]
    public async Task The_recorded_dialogues_are_repeated_word_for_word()
    {
        var folder = Directory.CreateTempSubdirectory("cozy-recordings-");
        try
        {
            await UnpackAsync(folder.FullName);
            var names = Directory.GetFiles(Path.Combine(folder.FullName, "scenarios")).Select(file => Path.GetFileNameWithoutExtension(file)!).ToList();
            var repeated = names.Where(name => !IsOneOf(Different, name)).ToList();
            Assert.Equal(Different.Length, names.Count - repeated.Count);
            Assert.True(
                repeated.Count(name => !IsOneOf(AboutJavaScript, name)) >= 0.97 * names.Count(name => !IsOneOf(AboutJavaScript, name)),
                "Too many are left out.");

            var (exitCode, report) = await ReplayAsync(folder.FullName, repeated);
            Assert.True(exitCode == 0, report);
            Assert.Contains($"{repeated.Count} passed, 0 failed", report, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task UnpackAsync(string folder)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Recordings", "couchdb-3.5.tar.gz"));
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: false, TestContext.Current.CancellationToken);
    }

    private async Task<(int ExitCode, string Report)> ReplayAsync(string folder, IEnumerable<string> names)
    {
        var start = new ProcessStartInfo("python3") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in new[] { "replay.py", "--jobs", "4" }.Concat(names))
            start.ArgumentList.Add(argument);
        var account = $"{Uri.EscapeDataString(RunningServer.Name)}:{Uri.EscapeDataString(RunningServer.Password)}";
        start.Environment["COUCH_URL"] = $"http://{account}@{server.Address.Authority}";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var replay = Process.Start(start)!;
        var report = await replay.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await replay.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (replay.ExitCode, report);
    }

    private static bool IsOneOf(string[] prefixes, string name) =>
        Array.Exists(prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
