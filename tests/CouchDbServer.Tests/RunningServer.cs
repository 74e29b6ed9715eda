using System.Net.Http.Headers;
using System.Text;
using Cozy.CouchDbServer.Scripts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

/// <summary>A server over the embedded engine on a free port, with a data folder of its own.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    public const string Name = "admin";
    public const string Password = "p:w ü";

    private WebApplication? _app;

    public string Folder { get; } = Directory.CreateTempSubdirectory("cozy-couchdb-").FullName;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        _app = CouchDbServerApplication.Build(new CouchDbServerOptions
        {
            Data = Folder,
            Urls = "http://127.0.0.1:0",
            AdminName = Name,
            AdminPassword = Password,
            Scripts = new ScriptLimits { MaxCallTime = TimeSpan.FromSeconds(2), MaxViewBytes = 4 << 20 },
            Limits = new ProtocolLimits { MaxRequestBytes = 16 * 1024 * 1024 },
        });
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient { BaseAddress = Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Name}:{Password}")));
        Client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Creates a database with a name of its own.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"d{Guid.NewGuid():N}";
        (await Client.PutAsync(new Uri($"/{name}", UriKind.Relative), null, cancellationToken)).EnsureSuccessStatusCode();
        return name;
    }

    /// <summary>Sends a request and returns the answer's status and text.</summary>
    public async Task<(int Status, string Body, HttpResponseMessage Response)> SendAsync(
        string method, string path, string? body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content is not null)
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await Client.SendAsync(request, cancellationToken);
        return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(cancellationToken)).TrimEnd('\n'), response);
    }
}
