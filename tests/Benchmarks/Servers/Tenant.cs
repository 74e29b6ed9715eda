using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Cozy.Benchmarks.Servers;

/// <summary>An instance of a server, and a token for it.</summary>
/// <param name="Client">What sends.</param>
/// <param name="Address">Where the server listens.</param>
/// <param name="Domain">The instance.</param>
/// <param name="Token">The token.</param>
internal sealed record Tenant(HttpClient Client, Uri Address, string Domain, string Token)
{
    /// <summary>Makes an instance.</summary>
    public static async Task<Tenant> CreateAsync(HttpClient client, Uri address, Uri admin, string name, string scope)
    {
        var domain = $"{name}.localhost:{address.Port}";
        using var created = await client.PostAsync(new Uri(admin, $"/instances?Domain={domain}"), null);
        created.EnsureSuccessStatusCode();
        using var token = await client.PostAsync(
            new Uri(admin, $"/instances/token?Domain={domain}&Audience=cli&Scope={Uri.EscapeDataString(scope)}"), null);
        token.EnsureSuccessStatusCode();
        return new Tenant(client, address, domain, (await token.Content.ReadAsStringAsync()).Trim());
    }

    /// <summary>Sends a request and returns the JSON of the answer; fails unless it succeeds.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        request.Headers.Host = Domain;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode
            ? JsonElement.Parse(answer)
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer)}");
    }

    /// <summary>Pushes a job that does nothing and returns its id.</summary>
    public async Task<string> PushJobAsync()
    {
        var job = await SendAsync(HttpMethod.Post, "/jobs/queue/log", """{"data":{"attributes":{"arguments":{}}}}""");
        return job.GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>How many such jobs wait or run; at most as many as one answer lists.</summary>
    public async Task<int> CountJobsAsync() =>
        (await SendAsync(HttpMethod.Get, "/jobs/queue/log")).GetProperty("meta").GetProperty("count").GetInt32();
}
