using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// Sends requests to the account, with its token. Requests that can be repeated are: on a refused token, and when the
/// server or the network stumbles.
/// </summary>
internal sealed class SwiftClient : IDisposable
{
    // Of a body that exists once.
    private const int Repetitions = 2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http;
    private readonly SwiftTokens _tokens;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeat;

    public SwiftClient(SwiftOptions options, HttpMessageHandler? handler)
    {
        handler ??= new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            // Swift always says whether it wants a body; one that went out too early cannot be sent again.
            Expect100ContinueTimeout = options.RequestTimeout,
            // So that a change of the name's address is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // Contents are opaque: a proxy must not pack them.
            AutomaticDecompression = DecompressionMethods.None,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _tokens = new SwiftTokens(new SwiftLogin(_http, options));
        AnswerTimeout = options.RequestTimeout;
        _repeat = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 3,
                Delay = FirstDelay,
                ShouldHandle = static attempt => ValueTask.FromResult(IsTransient(attempt.Outcome)),
            })
            .AddTimeout(options.RequestTimeout)
            .Build();
    }

    /// <summary>How long the server may take to answer a complete request.</summary>
    public TimeSpan AnswerTimeout { get; }

    /// <summary>
    /// Sends an idempotent request, again where that may help. Returns whatever answer came in the end, its body unread.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the account, with its query; empty for the account.</param>
    /// <param name="prepare">Adds headers and a body; called for every attempt.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        try
        {
            return await _repeat.ExecuteAsync(
                async ct =>
                {
                    var token = await _tokens.GetAsync(null, ct);
                    var response = await SendOnceAsync(token, method, path, prepare, ct);
                    if (response.StatusCode != HttpStatusCode.Unauthorized)
                        return response;
                    response.Dispose();
                    token = await _tokens.GetAsync(token, ct);
                    return await SendOnceAsync(token, method, path, prepare, ct);
                },
                cancellationToken);
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e))
        {
            throw SwiftErrors.Translate(e, $"{method} {path}");
        }
    }

    /// <summary>Reads an object, or a range of it that is not empty.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, BlobRange? range, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get,
        path,
        request =>
        {
            if (range is { } r)
                request.Headers.Range = new RangeHeaderValue(r.Offset, r.Offset + r.Length - 1);
        },
        cancellationToken);

    /// <summary>
    /// Sends a body that exists once. The server is asked before the body goes out, so that a refused token, a missing
    /// container or a server that stumbles costs nothing of it; <paramref name="recover"/> may then mend the cause.
    /// </summary>
    /// <param name="path">The path below the account.</param>
    /// <param name="body">The body.</param>
    /// <param name="started">Whether the body began to be sent.</param>
    /// <param name="recover">Called on 404; the request is sent once more afterwards.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<HttpResponseMessage> PutOnceAsync(
        string path, Func<HttpContent> body, Func<bool> started, Func<Task> recover, CancellationToken cancellationToken)
    {
        var token = await _tokens.GetAsync(null, cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            var response = await TryPutAsync(token, path, body, () => attempt < Repetitions && !started(), cancellationToken);
            if (response is not null && (attempt == Repetitions || started()))
                return response;
            if (response?.StatusCode == HttpStatusCode.Unauthorized)
                token = await _tokens.GetAsync(token, cancellationToken);
            else if (response?.StatusCode == HttpStatusCode.NotFound)
                await recover();
            else if (response is null || IsTransient(response.StatusCode))
                await Task.Delay(FirstDelay * (1 << attempt), cancellationToken);
            else
                return response;
            response?.Dispose();
        }
    }

    /// <summary>The answer; null when there was none and the request may be sent again.</summary>
    private async Task<HttpResponseMessage?> TryPutAsync(
        SwiftToken token, string path, Func<HttpContent> body, Func<bool> mayRepeat, CancellationToken cancellationToken)
    {
        try
        {
            return await SendOnceAsync(
                token,
                HttpMethod.Put,
                path,
                request =>
                {
                    request.Headers.ExpectContinue = true;
                    // What exists is never overwritten.
                    request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
                    request.Content = body();
                },
                cancellationToken);
        }
        catch (HttpRequestException) when (mayRepeat())
        {
            return null;
        }
    }

    /// <summary>The whole address of a path below the account.</summary>
    public async ValueTask<string> AddressAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Address(await _tokens.GetAsync(null, cancellationToken), path);
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e))
        {
            throw SwiftErrors.Translate(e, "login");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _tokens.Dispose();
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        SwiftToken token,
        HttpMethod method,
        string path,
        Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Address(token, path));
        request.Headers.Add("X-Auth-Token", token.Token);
        prepare?.Invoke(request);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static string Address(SwiftToken token, string path) =>
        token.StorageUrl + (path.Length == 0 || path[0] == '?' ? "" : "/") + path;

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } response ? IsTransient(response.StatusCode) : HttpClientResiliencePredicates.IsTransient(outcome);

    // Swift's own: 498 slows a client down that asks too often, 499 says that a part of the cluster saw it go away.
    private static bool IsTransient(HttpStatusCode status) => (int)status is 408 or 429 or 498 or 499 or (>= 500 and not 507);
}
