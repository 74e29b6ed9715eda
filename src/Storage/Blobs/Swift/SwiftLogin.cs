using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>What a login gives: the token, and the account's address without a slash at its end.</summary>
internal sealed record SwiftToken(string Token, string StorageUrl);

/// <summary>Logs in, by whichever protocol the options name.</summary>
internal sealed class SwiftLogin(HttpClient http, SwiftOptions options)
{
    /// <summary>Asks for a new token.</summary>
    public async Task<SwiftToken> LogInAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.RequestTimeout);
        try
        {
            return options.AuthVersion == 1
                ? await TempAuthAsync(timeout.Token)
                : await KeystoneAsync(timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BlobStoreException(BlobError.Unavailable, "The login to Swift timed out.", e);
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e) || e is InvalidOperationException)
        {
            throw SwiftErrors.Translate(e, "login");
        }
    }

    private async Task<SwiftToken> TempAuthAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, options.AuthUrl);
        request.Headers.Add("X-Auth-User", options.User);
        request.Headers.Add("X-Auth-Key", options.Key);
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Refused(response.StatusCode);
        return new SwiftToken(Header(response, "X-Auth-Token"), Header(response, "X-Storage-Url").TrimEnd('/'));
    }

    private async Task<SwiftToken> KeystoneAsync(CancellationToken cancellationToken)
    {
        var domain = new JsonObject { ["name"] = options.Domain };
        var body = new JsonObject
        {
            ["auth"] = new JsonObject
            {
                ["identity"] = new JsonObject
                {
                    ["methods"] = new JsonArray("password"),
                    ["password"] = new JsonObject
                    {
                        ["user"] = new JsonObject
                        {
                            ["name"] = options.User,
                            ["password"] = options.Key,
                            ["domain"] = domain,
                        },
                    },
                },
                ["scope"] = new JsonObject
                {
                    ["project"] = new JsonObject { ["name"] = options.Project, ["domain"] = domain.DeepClone() },
                },
            },
        };
        // As one string, since uWSGI, in front of many a Keystone, takes no chunked body.
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(
            options.AuthUrl.TrimEnd('/') + "/auth/tokens", content, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Refused(response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
        return new SwiftToken(Header(response, "X-Subject-Token"), ObjectStore(answer?["token"]?["catalog"]));
    }

    /// <summary>The public address of the object store in Keystone's catalog.</summary>
    private string ObjectStore(JsonNode? catalog)
    {
        var urls =
            from service in catalog?.AsArray() ?? []
            where (string?)service!["type"] == "object-store"
            from endpoint in service["endpoints"]!.AsArray()
            where (string?)endpoint!["interface"] == "public"
            where options.Region.Length == 0 || (string?)endpoint["region"] == options.Region
            select (string?)endpoint["url"];
        return urls.FirstOrDefault()?.TrimEnd('/')
            ?? throw new BlobStoreException(BlobError.Unavailable, "Keystone's catalog has no object store for us.");
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new BlobStoreException(BlobError.Unavailable, $"The login to Swift answered without {name}.");

    private static BlobStoreException Refused(HttpStatusCode status) =>
        new(BlobError.Unavailable, $"The login to Swift was answered with {(int)status}.");
}
