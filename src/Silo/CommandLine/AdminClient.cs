using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Cozy.Silo.CommandLine;

/// <summary>Calls the admin API of a running server. Failures are <see cref="CommandException"/> with their exit code.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly HttpClient _http;

    public AdminClient(Uri url, string? secret)
    {
        var directory = url.AbsolutePath.EndsWith('/') ? url : new Uri(url + "/");
        _http = new HttpClient { BaseAddress = directory, Timeout = Patience };
        if (!string.IsNullOrEmpty(secret))
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes("admin:" + secret));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
    }

    /// <summary>Sends a request; what must not appear in logs goes into <paramref name="form"/>.</summary>
    /// <returns>The text of the answer.</returns>
    public async Task<string> SendAsync(
        HttpMethod method, string path, IEnumerable<KeyValuePair<string, string>>? form, CancellationToken cancellationToken)
    {
        var (status, text) = await AskAsync(method, path, form, cancellationToken);
        return (int)status < 300 ? text : throw new CommandException(ExitCodeOf(status), ReasonOf(status, text));
    }

    /// <summary>Sends a request with a body of JSON.</summary>
    /// <returns>The text of the answer.</returns>
    public async Task<string> SendJsonAsync(HttpMethod method, string path, string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        var (status, text) = await AskAsync(method, path, content, cancellationToken);
        return (int)status < 300 ? text : throw new CommandException(ExitCodeOf(status), ReasonOf(status, text));
    }

    /// <summary>Sends a request whose answer may be long, and returns the answer to be read as it comes.</summary>
    public async Task<Stream> OpenAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadAsStreamAsync(cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new CommandException(ExitCodeOf(response.StatusCode), ReasonOf(response.StatusCode, text));
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException(
                ExitCodes.Unreachable, $"Cannot reach the server at {_http.BaseAddress}: {failure.Message}", failure);
        }
    }

    /// <summary>Sends a request and returns the answer as it is, whatever its status.</summary>
    public async Task<(HttpStatusCode Status, string Text)> AskAsync(
        HttpMethod method, string path, IEnumerable<KeyValuePair<string, string>>? form, CancellationToken cancellationToken)
    {
        using var content = form is null ? null : new FormUrlEncodedContent(form);
        return await AskAsync(method, path, content, cancellationToken);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await _http.SendAsync(request, cancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException failure)
        {
            throw new CommandException(
                ExitCodes.Unreachable, $"Cannot reach the server at {_http.BaseAddress}: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCodes.Unreachable, $"The server at {_http.BaseAddress} does not answer.", failure);
        }
    }

    /// <summary>Writes an answer to a file, however long that takes.</summary>
    public async Task DownloadAsync(string path, string file, CancellationToken cancellationToken)
    {
        // The server copies the documents before it answers.
        _http.Timeout = Timeout.InfiniteTimeSpan;
        try
        {
            using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                throw new CommandException(ExitCodeOf(response.StatusCode), ReasonOf(response.StatusCode, text));
            }

            await using var target = new FileStream(file, FileMode.Create);
            await response.Content.CopyToAsync(target, cancellationToken);
            target.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or HttpIOException)
        {
            throw new CommandException(
                ExitCodes.Unreachable, $"The server at {_http.BaseAddress} did not send it whole: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCodes.Unreachable, $"The server at {_http.BaseAddress} does not answer.", failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private static int ExitCodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCodes.Refused,
        HttpStatusCode.NotFound => ExitCodes.NotFound,
        HttpStatusCode.Conflict => ExitCodes.Conflict,
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => ExitCodes.Usage,
        _ => ExitCodes.Failure,
    };

    private static string ReasonOf(HttpStatusCode status, string text)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            var error = answer.RootElement.GetProperty("errors")[0];
            var detail = error.GetProperty("detail").GetString() ?? "";
            return error.GetProperty("source").TryGetProperty("parameter", out var parameter)
                ? $"{parameter.GetString()}: {detail}"
                : detail;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException
            or IndexOutOfRangeException)
        {
            var hint = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? " (set COZY_ADMIN_PASSPHRASE to the admin secret)"
                : "";
            return $"The server answered {(int)status}: {text.ReplaceLineEndings(" ").Trim()}{hint}";
        }
    }
}
