using System.Diagnostics;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

/// <summary>Replays what Apache CouchDB answered, where the recordings are at hand: they are not part of the repository.</summary>
public sealed class RecordedDialoguesTests(RunningServer server)
{
    private static readonly string[] Expected =
    [
        "101-", "103-", "104-", "105-", "107-", "108-", "110-", "112-", "114-", "117-", "124-",
        "203-", "204-", "205-", "207-", "208-", "209-", "210-", "211-", "213-", "214-", "217-", "219-", "221-",
        "301-", "305-", "313-", "401-", "402-", "403-", "405-", "406-", "408-",
        "409-", "410-", "411-", "412-", "413-", "414-", "415-", "416-", "417-", "418-", "419-", "502-", "609-",
        "601-", "602-", "603-", "607-", "608-", "610-", "615-", "616-",
    ];

    [Fact]
    public async Task The_recorded_dialogues_are_repeated_word_for_word()
    {
        var folder = FindRecordings();
        Assert.SkipWhen(folder is null, "The recordings are not beside the repository.");

        var start = new ProcessStartInfo("python3") { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.ArgumentList.Add("replay.py");
        foreach (var name in Directory.GetFiles(Path.Combine(folder!, "scenarios")).Select(file => Path.GetFileNameWithoutExtension(file)!))
        {
            if (Expected.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
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
            if (!File.Exists(Path.Combine(folder.FullName, "Cozy.Orleans.sln")) || folder.Parent is null)
                continue;
            var recordings = Path.Combine(folder.Parent.FullName, "shared", "couchdb");
            return File.Exists(Path.Combine(recordings, "replay.py")) ? recordings : null;
        }

        return null;
    }
}
