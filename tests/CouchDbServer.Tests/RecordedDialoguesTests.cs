using System.Diagnostics;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

/// <summary>Replays what Apache CouchDB answered, where the recordings are at hand: they are not part of the repository.</summary>
public sealed class RecordedDialoguesTests(RunningServer server)
{
    /// <summary>Those that differ, each for a reason docs/couchdb.md gives; all others are repeated word for word.</summary>
    private static readonly string[] Different =
    [
        // A path with %00 in it, a range longer than the attachment.
        "102-", "109-", "310-",

        // JavaScript.
        "119-", "120-", "123-", "304-", "501-", "503-", "504-", "505-", "506-", "507-", "508-", "509-", "510-", "617-",
        "701-", "703-", "705-", "707-", "709-", "711-", "713-", "715-", "717-", "719-",
        "721-", "723-", "725-", "727-", "729-", "731-", "733-", "735-", "737-", "739-",
    ];

    [Fact]
    public async Task The_recorded_dialogues_are_repeated_word_for_word()
    {
        var folder = FindRecordings();
        Assert.SkipWhen(folder is null, "The recordings are not beside the repository.");

        var start = new ProcessStartInfo("python3") { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.ArgumentList.Add("replay.py");
        start.ArgumentList.Add("--jobs");
        start.ArgumentList.Add("4");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var name in Directory.GetFiles(Path.Combine(folder!, "scenarios")).Select(file => Path.GetFileNameWithoutExtension(file)!))
        {
            if (!Different.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                start.ArgumentList.Add(name);
        }

        var account = $"{Uri.EscapeDataString(RunningServer.Name)}:{Uri.EscapeDataString(RunningServer.Password)}";
        start.Environment["COUCH_URL"] = $"http://{account}@{server.Address.Authority}";
        using var replay = Process.Start(start)!;
        var report = await replay.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await replay.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(replay.ExitCode == 0, report);
    }

    private static string? FindRecordings()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var recordings = Path.Combine(folder.FullName, "shared", "couchdb");
            if (File.Exists(Path.Combine(recordings, "replay.py")))
                return recordings;
        }

        return null;
    }
}
