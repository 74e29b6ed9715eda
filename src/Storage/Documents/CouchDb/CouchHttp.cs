using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Polly;
using Polly.Retry;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Whether a request may be sent again when it is unknown what became of it.</summary>
internal enum Repeat
{
    /// <summary>Only when it certainly never left.</summary>
    IfNotSent,

    /// <summary>Always: it reads, or doing it twice is the same as once.</summary>
    Always,
}

/// <summary>Sends requests over pooled connections, and again where that is safe.</summary>
internal sealed class CouchHttp : IDisposable
{
    /// <summary>An id may be <c>..</c>, which addresses are otherwise tidied of.</summary>
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly CouchDbOptions _options;
    private readonly HttpClient _client;
    private readonly string _root;
    private readonly Dictionary<Repeat, ResiliencePipeline<CouchAnswer>> _pipelines;

    public CouchHttp(CouchDbOptions options)
    {
        _options = options;
        _root = options.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        _client = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.MaxConnections,
            ConnectTimeout = options.ConnectTimeout,
            // Connections are renewed now and then, so that a server that moved is found.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            // Each attempt has its own limit.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        // JSON by name: for anything else CouchDB may answer with MIME.
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (Credentials(options) is { } credentials)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        _pipelines = new Dictionary<Repeat, ResiliencePipeline<CouchAnswer>>
        {
            [Repeat.Always] = Pipeline(options, static outcome => IsTransient(outcome)),
            [Repeat.IfNotSent] = Pipeline(options, static outcome => WasNotSent(outcome.Exception)),
        };
    }

    /// <summary>Sends a request and reads the answer, whatever its status.</summary>
    /// <exception cref="DocumentStoreException">There was no answer.</exception>
    public async Task<CouchAnswer> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, Repeat repeat, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipelines[repeat].ExecuteAsync(
                static async (state, token) => await state.Http.AttemptAsync(state.Method, state.Path, state.Body, token),
                (Http: this, Method: method, Path: path, Body: body),
                cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw CouchErrors.Unreachable(failure);
        }
        catch (IOException failure)
        {
            throw CouchErrors.Unreachable(failure);
        }
        catch (TimeoutException failure)
        {
            throw CouchErrors.TimedOut(failure);
        }
    }

    /// <summary>Opens a body to be read piece by piece; null when there is nothing. The time limit is that of its beginning.</summary>
    /// <exception cref="DocumentStoreException">There was no answer, or a refusal.</exception>
    public async Task<Stream?> OpenAsync(string path, string? encoding, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.RequestTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{_root}/{path}", AsItIs));
        request.Headers.Accept.ParseAdd("*/*");
        if (encoding is not null)
            request.Headers.AcceptEncoding.ParseAdd(encoding);
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadAsStreamAsync(cancellationToken);
            using (response)
            using (var answer = await CouchAnswer.ReadAsync(response, _options.MaxAnswerBytes, limit.Token))
                return response.StatusCode == HttpStatusCode.NotFound ? null : throw CouchErrors.From(answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw CouchErrors.Unreachable(failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw CouchErrors.TimedOut(failure);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<CouchAnswer> AttemptAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.RequestTimeout);
        using var request = new HttpRequestMessage(method, new Uri($"{_root}/{path}", AsItIs));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await CouchAnswer.ReadAsync(response, _options.MaxAnswerBytes, limit.Token);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The request took too long.", failure);
        }
    }

    private static ResiliencePipeline<CouchAnswer> Pipeline(
        CouchDbOptions options, Func<Outcome<CouchAnswer>, bool> shouldRepeat)
    {
        var builder = new ResiliencePipelineBuilder<CouchAnswer>();
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<CouchAnswer>
            {
                MaxRetryAttempts = options.MaxRetries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(shouldRepeat(attempt.Outcome)),
            });
        }

        return builder.Build();
    }

    private static bool IsTransient(Outcome<CouchAnswer> outcome) =>
        outcome.Exception is HttpRequestException or IOException or TimeoutException
        || outcome.Result?.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool WasNotSent(Exception? failure) =>
        failure is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError
        };

    private static string? Credentials(CouchDbOptions options)
    {
        var pair = options.UserName is not null
            ? $"{options.UserName}:{options.Password}"
            : Uri.UnescapeDataString(options.Url.UserInfo);
        return pair.Length == 0 ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
    }
}
