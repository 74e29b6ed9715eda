using System.Text.Json;
using System.Threading.Channels;
using Cozy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Web.Tests.Notifications.TestGateway))]

namespace Cozy.Web.Tests.Notifications;

/// <summary>A gateway to devices and telephones, as an operator has one.</summary>
public sealed class TestGateway : IAsyncLifetime
{
    /// <summary>What it wants to be told by who pushes.</summary>
    public const string Token = "a-token-of-the-gateway";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<GatewayCall> _calls = Channel.CreateUnbounded<GatewayCall>();
    private readonly List<GatewayCall> _seen = [];
    private readonly HashSet<string> _failing = [];
    private readonly HashSet<string> _refusing = [];
    private WebApplication _site = null!;

    /// <summary>Where it is, known before it is there.</summary>
    public static Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Address.ToString());
        builder.Logging.ClearProviders();
        _site = builder.Build();
        _site.Run(async context =>
        {
            var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
            lock (_failing)
            {
                if (_refusing.Contains(body.GetProperty("domain").GetString()!))
                {
                    context.Response.StatusCode = StatusCodes.Status410Gone;
                    return;
                }

                if (_failing.Remove(body.GetProperty("domain").GetString()!))
                {
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    return;
                }
            }

            await _calls.Writer.WriteAsync(new GatewayCall(
                context.Request.Path.Value![1..], context.Request.Headers.Authorization.ToString(), context.Request.Headers["Idempotency-Key"].ToString(), body));
        });
        await _site.StartAsync();
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>Is out of order for the next call for a domain.</summary>
    public void FailOnce(string domain)
    {
        lock (_failing)
            _failing.Add(domain);
    }

    /// <summary>Refuses all calls for a domain.</summary>
    public void Refuse(string domain)
    {
        lock (_failing)
            _refusing.Add(domain);
    }

    /// <summary>Waits for the next call for a domain.</summary>
    public async Task<GatewayCall> WaitForAsync(string domain)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            lock (_seen)
            {
                while (_calls.Reader.TryRead(out var call))
                    _seen.Add(call);
                if (_seen.FirstOrDefault(call => call.Body.GetProperty("domain").GetString() == domain) is { } found)
                {
                    _seen.Remove(found);
                    return found;
                }
            }

            await Task.Delay(20, patience.Token);
        }
    }
}

/// <summary>What the gateway was sent.</summary>
public sealed record GatewayCall(string Path, string Authorization, string Key, JsonElement Body)
{
    public JsonElement Message => Body.GetProperty("message");
}
