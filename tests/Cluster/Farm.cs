using System.Diagnostics;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests;

/// <summary>
/// A farm of silos that share a real Redis, a real Swift, and documents behind CouchDB's protocol. The first two
/// services are started by <c>tests/run</c>, which tells their addresses.
/// </summary>
public sealed class Farm : IAsyncLifetime
{
    private const string CouchPassword = "farm-test";

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-farm-").FullName;
    private readonly string _name = $"farm-{Guid.NewGuid():N}";
    private readonly List<CozyServer> _silos = [];
    private Process? _couch;
    private int _couchPort;

    public async ValueTask InitializeAsync()
    {
        _couchPort = FreePort.Next();
        _couch = CozyProgram.Start(
        [
            "couchdb", "serve", "--data", Path.Combine(_folder, "couch"), "--urls", $"http://127.0.0.1:{_couchPort}",
            "--admin", $"admin:{CouchPassword}",
        ]);
        _couch.OutputDataReceived += (_, _) => { };
        _couch.ErrorDataReceived += (_, _) => { };
        _couch.BeginOutputReadLine();
        _couch.BeginErrorReadLine();
        using var client = new HttpClient();
        await Until.SucceedsAsync(
            async () => (await client.GetAsync(new Uri($"http://127.0.0.1:{_couchPort}/_up"))).IsSuccessStatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        if (_couch is not null)
        {
            if (!_couch.HasExited)
                _couch.Kill();
            await _couch.WaitForExitAsync();
            _couch.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts one more silo and waits until it answers.</summary>
    /// <param name="settings">What is configured besides.</param>
    public async Task<CozyServer> AddSiloAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var silo = await CozyServer.StartAsync(
            ["--data", Path.Combine(_folder, $"silo{_silos.Count}"), "--no-first-instance"],
            new Dictionary<string, string>
            {
                ["COZY_Cluster__Redis"] = Service("COZY_TEST_REDIS"),
                ["COZY_Cluster__ServiceId"] = _name,
                ["COZY_Cluster__ClusterId"] = _name,
                ["COZY_Cluster__AdvertisedAddress"] = "127.0.0.1",
                ["COZY_Cluster__SiloPort"] = "0",
                ["COZY_Realtime__Heartbeat"] = "00:00:01",
                ["COZY_Documents__Adapter"] = "CouchDb",
                ["COZY_Documents__CouchDb__Url"] = $"http://127.0.0.1:{_couchPort}",
                ["COZY_Documents__CouchDb__User"] = "admin",
                ["COZY_Documents__CouchDb__Password"] = CouchPassword,
                ["COZY_Files__Adapter"] = "Swift",
                ["COZY_Files__Swift__AuthUrl"] = Service("COZY_TEST_SWIFT_AUTH_URL"),
                ["COZY_Files__Swift__AuthVersion"] = "1",
                ["COZY_Files__Swift__User"] = "test:tester",
                ["COZY_Files__Swift__Key"] = "testing",
            }.Concat(settings ?? new Dictionary<string, string>()).ToDictionary());
        _silos.Add(silo);
        return silo;
    }

    private static string Service(string variable) =>
        Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set: run tests/run, which starts the services.");
}

/// <summary>Waits for what takes a while, such as another silo noticing that one has died.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Repeats an attempt until it returns true; failures of the connection count as false.</summary>
    public static async Task SucceedsAsync(Func<Task<bool>> attempt)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < Patience)
        {
            try
            {
                if (await attempt())
                    return;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                last = failure;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"It did not happen within {Patience}.", last);
    }
}
