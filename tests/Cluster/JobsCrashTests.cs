using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests;

/// <summary>
/// Silos and workers are killed while jobs are pushed and done: every job ends, and each is ended once. Longer with
/// <c>COZY_TEST_CRASH_SECONDS=180 COZY_TEST_CRASH_JOBS=2000 COZY_TEST_CRASH_INSTANCES=50</c>.
/// </summary>
public sealed class JobsCrashTests : IAsyncLifetime
{
    private const string Token = "crash-test-token";
    private const int Workers = 4;
    private const int Pushers = 4;

    private static readonly int Seconds = Setting("COZY_TEST_CRASH_SECONDS", 10);
    private static readonly int Jobs = Setting("COZY_TEST_CRASH_JOBS", 200);
    private static readonly int Instances = Setting("COZY_TEST_CRASH_INSTANCES", 5);

    private readonly Farm _farm = new();
    private readonly ConcurrentDictionary<string, ConcurrentBag<string>> _completed = new();
    private readonly ConcurrentDictionary<int, (CozyClient Client, string Id)> _pushed = new();
    private readonly CozyServer?[] _silos = new CozyServer?[2];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(40) };

    public ValueTask InitializeAsync() => _farm.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _farm.DisposeAsync();
    }

    [Fact]
    public async Task Every_job_ends_once_while_silos_and_workers_are_killed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        for (var i = 0; i < _silos.Length; i++)
            _silos[i] = await StartAsync();
        var clients = new List<CozyClient>();
        for (var i = 0; i < Instances; i++)
            clients.Add(await CreateInstanceAsync($"crash{i}.localhost"));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker, stop.Token), cancellationToken)).ToArray();
        var pushing = Task.WhenAll(Enumerable.Range(0, Pushers).Select(pusher => Task.Run(async () =>
        {
            for (var i = pusher; i < Jobs; i += Pushers)
                await PushAsync(i, clients[i % clients.Count], cancellationToken);
        }, cancellationToken)));
        await KillAsync(cancellationToken);
        await pushing;

        foreach (var (_, (client, id)) in _pushed)
            await Until.SucceedsAsync(async () => await StateAsync(client, id) is "done");
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        // One job for each key, and nobody was told twice that a job is done.
        Assert.Equal(Jobs, _pushed.Values.Select(pushed => pushed.Id).Distinct().Count());
        Assert.All(_completed.Values, leases => Assert.Single(leases.Distinct()));
        clients.ForEach(client => client.Dispose());
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private Task<CozyServer> StartAsync() => _farm.AddSiloAsync(new Dictionary<string, string>
    {
        ["COZY_Jobs__ExternalWorkers__0"] = "crash",
        ["COZY_Jobs__FarmTokens__0"] = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Token)))} crash",
        ["COZY_Jobs__MaxLosses"] = "1000",
        ["COZY_Jobs__Lease"] = "00:00:03",
        ["COZY_Jobs__ExternalTries"] = "1000",
        ["COZY_Alarms__Interval"] = "00:00:01",
    });

    private async Task<CozyClient> CreateInstanceAsync(string domain)
    {
        var silo = _silos[0]!;
        await silo.CliAsync("instances", "add", domain, "--passphrase", "crash");
        return new CozyClient(silo.Url, domain, await silo.CliAsync("instances", "token-cli", domain, "io.cozy.jobs"));
    }

    /// <summary>Kills one silo after the other, sometimes both, and starts them again.</summary>
    private async Task KillAsync(CancellationToken cancellationToken)
    {
        using var time = new PeriodicTimer(TimeSpan.FromSeconds(2));
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < Seconds && await time.WaitForNextTickAsync(cancellationToken))
        {
            var victim = Random.Shared.Next(_silos.Length);
            await _silos[victim]!.KillAsync();
            if (Random.Shared.Next(4) == 0)
                await _silos[1 - victim]!.KillAsync();
            for (var i = 0; i < _silos.Length; i++)
            {
                if (_silos[i]!.HasExited)
                    _silos[i] = await StartAsync();
            }
        }
    }

    /// <summary>Half of the jobs are for workers outside, half for one in the box.</summary>
    private async Task PushAsync(int number, CozyClient client, CancellationToken cancellationToken)
    {
        var worker = number % 2 == 0 ? "crash" : "log";
        var body = $$$$$"""{"data":{"attributes":{"arguments":{"n":{{{{{number}}}}}},"idempotency_key":"job {{{{{number}}}}}","options":{"max_exec_count":10}}}}""";
        await Until.SucceedsAsync(async () =>
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await AskAsync(client, HttpMethod.Post, $"/jobs/queue/{worker}", content);
            if (!answer.IsSuccessStatusCode)
                return false;
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            _pushed[number] = (client, json.RootElement.GetProperty("data").GetProperty("id").GetString()!);
            return true;
        });
    }

    private async Task<string?> StateAsync(CozyClient client, string id)
    {
        using var answer = await AskAsync(client, HttpMethod.Get, $"/jobs/{id}", null);
        if (!answer.IsSuccessStatusCode)
            return null;
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("data").GetProperty("attributes").GetProperty("state").GetString();
    }

    private Task<HttpResponseMessage> AskAsync(CozyClient client, HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(AnySilo(), path)) { Content = content };
        request.Headers.Host = client.Domain;
        request.Headers.Authorization = new("Bearer", client.Token);
        return _http.SendAsync(request);
    }

    private Uri AnySilo() => _silos[Random.Shared.Next(_silos.Length)]!.Url;

    /// <summary>Does jobs, and now and then dies with those it has.</summary>
    private async Task WorkAsync(int number, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await SayAsync("/farm/workers/crash/leases", $$$$$"""{"max":5,"wait":2,"lease":3,"name":"w{{{{{number}}}}}"}""", stop);
                if (!answer.IsSuccessStatusCode)
                    continue;
                using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop));
                foreach (var job in json.RootElement.GetProperty("jobs").EnumerateArray())
                {
                    if (Random.Shared.Next(10) == 0)
                        break;
                    var lease = job.GetProperty("lease").GetString()!;
                    using var done = await SayAsync($"/jobs/leases/{lease}/complete", "{}", stop);
                    if (done.IsSuccessStatusCode)
                        _completed.GetOrAdd(job.GetProperty("id").GetString()!, _ => []).Add(lease);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
            {
                // A silo was killed; what was leased comes back.
            }
        }
    }

    private Task<HttpResponseMessage> SayAsync(string path, string body, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(AnySilo(), path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Token);
        return _http.SendAsync(request, stop);
    }
}
