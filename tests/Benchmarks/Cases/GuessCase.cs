using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// What another tenant notices of 10,000 guessed codes of links in ten seconds, all from one address or each from an address of
/// its own, and what a friend with a right code notices of the latter; compared with the same number of requests to a server that
/// has nothing to do with it on the same machine.
/// </summary>
internal sealed class GuessCase : BenchmarkCase
{
    private const int Guesses = 10_000;
    private const int GuessesPerSecond = 1000;
    private const int Guessers = 128;
    private const int Readers = 8;
    private const int WarmUpRounds = 1;
    private const int CodeLength = 12;
    private const string Signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private int _guesses;

    public override string Name => "guesses";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        // Each guess says where it comes from.
        await environment.RestartAsync(("COZY_Web__TrustedProxies__0", "127.0.0.1"));
        var neighbour = await environment.AddNeighbourAsync();
        var (_, shortCode) = await AccessCase.ShareAsync(environment);
        var friend = new Dictionary<string, string>
        {
            ["Host"] = environment.Headers["Host"],
            ["Authorization"] = $"Bearer {shortCode}",
            ["X-Forwarded-For"] = "198.51.100.7",
        };

        using var strangers = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Guessers });
        var statuses = new Dictionary<string, int>();
        var results = await ClosedLoop.AlternateAsync(
            WarmUpRounds,
            options.Rounds,
            [
            () => ReadWhileAsync(environment, neighbour, AskElsewhereAsync(environment, strangers)),
            () => ReadWhileAsync(environment, neighbour, GuessAsync(environment, strangers, "one address", _ => "203.0.113.9", statuses)),
            () => ReadWhileAsync(environment, neighbour, GuessFromManyAsync(environment, strangers, statuses)),
            () => ReadWhileAsync(environment, friend, GuessFromManyAsync(environment, strangers, statuses)),
            ]);
        report.Add($"another tenant during {Guesses:N0} guessed codes from one address", results[1], 0.8, ("as many requests elsewhere", results[0]));
        report.Add($"the same, each from another address", results[2], 0.5, ("as many requests elsewhere", results[0]));
        report.Add("a friend with a right code meanwhile", results[3], 0.5, ("as many requests elsewhere", results[0]));
        foreach (var (name, count) in statuses.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            report.Add($"guesses from {name}", "of all rounds", count, "", "");
    }

    /// <summary>Somebody reads a document as fast as it is answered, until the others have done what they do.</summary>
    private static async Task<Measurement> ReadWhileAsync(
        BenchmarkEnvironment environment, IReadOnlyDictionary<string, string> reader, Task others)
    {
        var measurement = await ClosedLoop.RunAsync(Readers, TimeSpan.FromSeconds(Guesses / GuessesPerSecond), async _ =>
        {
            using var answer = await SendAsync(environment.Client, new Uri(environment.Cozy, BenchmarkEnvironment.DocumentPath), reader);
            answer.EnsureSuccessStatusCode();
        });
        await others;
        return measurement;
    }

    private static Task AskElsewhereAsync(BenchmarkEnvironment environment, HttpClient client) => AtRateAsync(async _ =>
    {
        using var answer = await SendAsync(client, new Uri(environment.Bare, "/document"), new Dictionary<string, string>());
    });

    private Task GuessFromManyAsync(BenchmarkEnvironment environment, HttpClient client, Dictionary<string, int> statuses) => GuessAsync(
        environment, client, "many addresses", number => $"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", statuses);

    private Task GuessAsync(
        BenchmarkEnvironment environment, HttpClient client, string name, Func<int, string> addressOf, Dictionary<string, int> statuses) =>
        AtRateAsync(async _ =>
        {
            var headers = new Dictionary<string, string>
            {
                ["Host"] = environment.Headers["Host"],
                ["Authorization"] = $"Bearer {RandomNumberGenerator.GetString(Signs, CodeLength)}",
                ["X-Forwarded-For"] = addressOf(Interlocked.Increment(ref _guesses)),
            };
            using var answer = await SendAsync(client, new Uri(environment.Cozy, BenchmarkEnvironment.DocumentPath), headers);
            if (answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
                throw new InvalidOperationException($"A guess was answered with {(int)answer.StatusCode}.");
            lock (statuses)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{name} answered {(int)answer.StatusCode}");
                statuses[key] = statuses.GetValueOrDefault(key) + 1;
            }
        });

    /// <summary>Does something 10,000 times, so many a second, however long each takes.</summary>
    private static async Task AtRateAsync(Func<int, Task> operation)
    {
        var started = DateTimeOffset.UtcNow;
        await Parallel.ForEachAsync(Enumerable.Range(0, Guesses), new ParallelOptions { MaxDegreeOfParallelism = Guessers }, async (number, _) =>
        {
            var early = started + TimeSpan.FromSeconds(number / (double)GuessesPerSecond) - DateTimeOffset.UtcNow;
            if (early > TimeSpan.Zero)
                await Task.Delay(early, CancellationToken.None);
            await operation(number);
        });
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }
}
