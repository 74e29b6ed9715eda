using System.Collections.Concurrent;
using System.Text;
using Cozy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>A collector that gets what a server sends, and reads it.</summary>
public sealed class MetricsOutputTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, string> _metrics = new();
    private readonly ConcurrentQueue<(string Path, string? ContentType, string? Token)> _requests = new();
    private readonly TaskCompletionSource _jobEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _collector = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _requests.Enqueue((context.Request.Path, context.Request.ContentType, context.Request.Headers["X-Token"]));
            Read(body.ToArray());
            if (_metrics.TryGetValue("cozy.jobs.ended", out var points)
                && points.Contains("log", StringComparison.Ordinal) && points.Contains("done", StringComparison.Ordinal))
            {
                _jobEnded.TrySetResult();
            }
        });
        await _collector.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_measured_is_sent_to_a_collector_now_and_then_and_at_the_end()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await CozyServer.StartAsync(
            ["--data", _folder.Path, "--no-first-instance"],
            new Dictionary<string, string>
            {
                ["COZY_Metrics__Otlp"] = $"{_collector.Urls.First()}/v1/metrics",
                ["COZY_Metrics__OtlpHeaders"] = "X-Token=of the collector",
                ["COZY_Metrics__OtlpInterval"] = "00:00:00.2",
            },
            cancellationToken: cancellationToken);
        var domain = $"alice.localhost:{server.Port}";
        await server.CliAsync("instances", "add", domain);
        using var client = new CozyClient(server.Url, domain, await server.CliAsync("instances", "token-cli", domain, "io.cozy.jobs"));
        await client.JsonAsync(HttpMethod.Post, "/jobs/queue/log", """{"data":{"attributes":{"arguments":{}}}}""", cancellationToken);

        await _jobEnded.Task.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
        Assert.Contains("cozy.jobs.wait", _metrics.Keys);
        Assert.Contains("http.server.request.duration", _metrics.Keys);
        Assert.All(_requests, request => Assert.Equal(("/v1/metrics", "application/x-protobuf", "of the collector"), request));
        Assert.Equal("cozy", _metrics["service.name"]);
    }

    /// <summary>Reads an ExportMetricsServiceRequest: the metrics by their names, each with the bytes of its points as text.</summary>
    private void Read(byte[] request)
    {
        foreach (var resourceMetrics in Fields(request, 1))
        {
            foreach (var attribute in Fields(resourceMetrics, 1).SelectMany(resource => Fields(resource, 1)))
                _metrics[Text(attribute, 1)] = Fields(attribute, 2).Select(value => Text(value, 1)).First();
            foreach (var metric in Fields(resourceMetrics, 2).SelectMany(scopeMetrics => Fields(scopeMetrics, 2)))
                _metrics[Text(metric, 1)] = Encoding.Latin1.GetString(metric);
        }
    }

    private static string Text(byte[] message, int number) => Encoding.UTF8.GetString(Fields(message, number).FirstOrDefault([]));

    /// <summary>The fields of a Protobuf message with a number, of those that have a length.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int number)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            var kind = tag & 7;
            var length = kind is 0 or 2 ? (int)Number(message, ref at) : kind == 1 ? 8 : 4;
            if (kind == 0)
                continue;
            if (tag == (((ulong)number << 3) | 2))
                yield return message[at..(at + length)];
            at += length;
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return number;
        }
    }
}
