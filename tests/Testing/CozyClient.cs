using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cozy.Testing;

/// <summary>Speaks the HTTP API of one instance with a token, through whichever server it is pointed at.</summary>
public sealed class CozyClient : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Creates a client.</summary>
    /// <param name="server">The server to ask; may be changed.</param>
    /// <param name="domain">The instance's domain.</param>
    /// <param name="token">What to send as bearer token; null for none.</param>
    public CozyClient(Uri server, string domain, string? token)
    {
        Server = server;
        Domain = domain;
        Token = token;
    }

    /// <summary>The server that is asked.</summary>
    public Uri Server { get; set; }

    /// <summary>The instance's domain.</summary>
    public string Domain { get; }

    /// <summary>The bearer token.</summary>
    public string? Token { get; }

    /// <summary>Sends a request.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server, path)) { Content = content };
        request.Headers.Host = Domain;
        if (Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Sends a JSON body and returns the answer's JSON.</summary>
    /// <exception cref="HttpRequestException">The answer is not a success.</exception>
    public async Task<JsonElement> JsonAsync(
        HttpMethod method, string path, string? body = null, CancellationToken cancellationToken = default)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await SendAsync(method, path, content, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>Uploads a file into the root folder and returns its id.</summary>
    public async Task<string> UploadAsync(string name, byte[] bytes, CancellationToken cancellationToken = default)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentMD5 = MD5.HashData(bytes);
        using var response = await SendAsync(
            HttpMethod.Post, $"/files/?Type=file&Name={Uri.EscapeDataString(name)}", content, cancellationToken);
        var json = await ReadAsync(response, cancellationToken);
        return json.GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>Downloads a file.</summary>
    public async Task<byte[]> DownloadAsync(string id, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, $"/files/download/{id}", null, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{(int)response.StatusCode}: {text}", null, response.StatusCode);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
