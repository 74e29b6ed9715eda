using System.Text;
using System.Text.Json;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// A durable write that 1,000 sockets hear of, against Kestrel that sends what is posted to 1,000 sockets. Every socket must
/// hear of every write.
/// </summary>
internal sealed class RealtimeCase : BenchmarkCase
{
    private const int Sockets = 1_000;

    public override string Name => "realtime";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var token = environment.Headers["Authorization"]["Bearer ".Length..];
        using var crowd = await SocketCrowd.ConnectAsync(
            Sockets, new Uri($"ws://{environment.Cozy.Authority}/realtime/"), environment.Headers["Host"],
            $$"""{"method":"AUTH","payload":"{{token}}"}""", $$$"""{"method":"SUBSCRIBE","payload":{"type":"{{{BenchmarkEnvironment.Doctype}}}"}}""");
        using var bare = await SocketCrowd.ConnectAsync(Sockets, new Uri($"ws://{environment.Bare.Authority}/sockets"), null);
        var message = await FirstEventAsync(environment);

        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => crowd.RunAsync(options.Duration, async () =>
            {
                using var written = await environment.SendAsync(HttpMethod.Post, BenchmarkEnvironment.CreatePath, environment.Document);
            }),
            () => bare.RunAsync(options.Duration, async () =>
            {
                using var content = new ByteArrayContent(message);
                using var said = await environment.Client.PostAsync(new Uri(environment.Bare, "/sockets"), content);
            }));
        report.Add($"a durable write heard by {Sockets} sockets", results[0], 0.5, ("bare Kestrel, nothing written", results[1]));
    }

    /// <summary>What both sides send, so that both send the same number of bytes.</summary>
    private static async Task<byte[]> FirstEventAsync(BenchmarkEnvironment environment)
    {
        using var written = await environment.SendAsync(HttpMethod.Post, BenchmarkEnvironment.CreatePath, environment.Document);
        using var json = JsonDocument.Parse(await written.Content.ReadAsByteArrayAsync());
        var (id, document) = (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("data").GetRawText());
        return Encoding.UTF8.GetBytes(
            $$"""{"event":"CREATED","payload":{"type":"{{BenchmarkEnvironment.Doctype}}","id":"{{id}}","doc":{{document}} } }""");
    }
}
