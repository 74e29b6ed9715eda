using System.Collections.Concurrent;
using System.Text.Json;
using Cozy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Web.Tests.Notifications.TestGateway))]

namespace Cozy.Web.Tests.Notifications;

/// <summary>
/// An operator's gateway for mobile devices (<c>/push</c>) and short messages (<c>/sms</c>). It is down when it is first asked
/// for a notification that is called unlucky.
/// </summary>
public sealed class TestGateway : IAsyncLifetime
{
    public const string Token = "the-gateway's-token";

    private static readonly int Port = FreePort.Next();

    private readonly ConcurrentQueue<(string Path, JsonElement Body)> _calls = new();
    private readonly ConcurrentDictionary<string, bool> _failed = new();
    private WebApplication _app = null!;

    /// <summary>Where it is, known before it is there.</summary>
    public static Uri Address(string path) => new($"http://127.0.0.1:{Port}/{path}");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
            if (context.Request.Headers.Authorization != $"Bearer {Token}")
                context.Response.StatusCode = 401;
            else if (Title(body).StartsWith("Unlucky", StringComparison.Ordinal) && _failed.TryAdd(Title(body), true))
                context.Response.StatusCode = 503;
            else
                _calls.Enqueue((context.Request.Path, body));
        });
        await _app.StartAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Waits for what is posted for an instance.</summary>
    public async Task<JsonElement> WaitAsync(string path, string instanceId)
    {
        while (true)
        {
            foreach (var (at, body) in _calls)
            {
                if (at == path && body.GetProperty("instance").GetString() == instanceId)
                    return body;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static string Title(JsonElement body) => body.GetProperty("message").GetProperty("title").GetString()!;
}
