using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using Cozy.Testing;

namespace Cozy.Browser.Tests;

/// <summary>
/// A program on the owner's computer that wants access: it registers itself, and listens on a port of its own for the
/// browser that comes back.
/// </summary>
internal sealed class Device : IDisposable
{
    private const string Verifier = "a-verifier-of-more-than-forty-three-characters";

    private readonly HttpListener _listener = new();
    private readonly CozyClient _cozy;
    private readonly string _callback;
    private readonly string _root;
    private readonly JsonElement _registration;

    private Device(HttpListener listener, string callback, OwnerServer server, string name, CozyClient cozy, JsonElement registration) =>
        (_listener, _callback, _root, _cozy, _registration) = (listener, callback, server.RootOf(name), cozy, registration);

    /// <summary>Registers with an instance.</summary>
    public static async Task<Device> RegisterAsync(OwnerServer server, string instance, string name = "Atlas for the desk")
    {
        var listener = new HttpListener();
        var callback = $"http://127.0.0.1:{FreePort.Next()}/";
        listener.Prefixes.Add(callback);
        listener.Start();
        var cozy = new CozyClient(server.Address, server.DomainOf(instance), token: null);
        using var metadata = new StringContent(
            $$"""
            {"redirect_uris":["{{callback}}"],"client_name":"{{name}}","software_id":"github.com/example/atlas","client_kind":"desktop",
             "policy_uri":"https://atlas.example.net/privacy"}
            """,
            Encoding.UTF8,
            "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/auth/register")) { Content = metadata };
        request.Headers.Host = server.DomainOf(instance);
        request.Headers.Add("Accept", "application/json");
        using var client = new HttpClient();
        using var answer = await client.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return new(listener, callback, server, instance, cozy, json.RootElement.Clone());
    }

    /// <summary>Its id.</summary>
    public string Id => _registration.GetProperty("client_id").GetString()!;

    /// <summary>Where it sends the owner's browser.</summary>
    public string AskFor(string scope) =>
        $"{_root}auth/authorize?client_id={Id}&redirect_uri={Uri.EscapeDataString(_callback)}&state=st-42&response_type=code"
        + $"&scope={Uri.EscapeDataString(scope)}&code_challenge_method=S256"
        + $"&code_challenge={Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)))}";

    /// <summary>Waits until the browser comes back, and returns what it brings.</summary>
    public async Task<Func<string, string?>> BrowserReturnsAsync()
    {
        while (true)
        {
            var visit = await _listener.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60));
            var query = HttpUtility.ParseQueryString(visit.Request.Url!.Query);
            visit.Response.ContentType = "text/html";
            await visit.Response.OutputStream.WriteAsync("<!doctype html><title>Atlas</title><h1>Back at Atlas</h1>"u8.ToArray());
            visit.Response.Close();

            // Browsers ask for an icon, too.
            if (visit.Request.Url.AbsolutePath == "/")
                return name => query[name];
        }
    }

    /// <summary>Exchanges a code for a client that has the access token.</summary>
    public async Task<CozyClient> ConnectAsync(string code)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("code", code), new("code_verifier", Verifier), new("client_id", Id),
            new("client_secret", _registration.GetProperty("client_secret").GetString()!),
        ]);
        using var answer = await _cozy.SendAsync(HttpMethod.Post, "/auth/access_token", form);
        using var tokens = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return new CozyClient(_cozy.Server, _cozy.Domain, tokens.RootElement.GetProperty("access_token").GetString());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ((IDisposable)_listener).Dispose();
        _cozy.Dispose();
    }
}
