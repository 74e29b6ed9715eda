using System.Net;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Sources;

/// <summary>Fetches what apps are made of over HTTP, within the limits.</summary>
internal sealed class AppDownloads(IOptions<AppsOptions> options) : IDisposable
{
    private const int CopyBytes = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.None,
        MaxAutomaticRedirections = 5,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>An archive as a temporary file, at its beginning, which vanishes when it is closed.</summary>
    /// <exception cref="Errors.CozyException">NotFound: it is not there; Invalid: the address; BadRequest: it is too large.</exception>
    public async Task<FileStream> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(address, cancellationToken);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"cozy-archive-{Guid.NewGuid():N}"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, CopyBytes,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            await CopyAsync(response, file, options.Value.MaxArchiveBytes, cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A short answer as a whole, such as a registry's; null when there is none.</summary>
    /// <exception cref="Errors.CozyException">Invalid: the address; BadRequest: it is too large.</exception>
    public async Task<RegistryAnswer?> FindAsync(Uri address, long limit, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(address, cancellationToken);
            using var buffer = new MemoryStream();
            await CopyAsync(response, buffer, limit, cancellationToken);
            return new RegistryAnswer(response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream", buffer.ToArray());
        }
        catch (Errors.CozyException failure) when (failure.Kind == Errors.ErrorKind.NotFound)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            var status = (int)response.StatusCode;
            response.Dispose();
            throw status >= 500 ? AppErrors.BadSource($"{address.Host} answered {status}") : AppErrors.NotReachable();
        }
        catch (HttpRequestException failure)
        {
            throw AppErrors.BadSource($"{address.Host} could not be reached: {failure.HttpRequestError}");
        }
    }

    private static async Task CopyAsync(HttpResponseMessage response, Stream to, long limit, CancellationToken cancellationToken)
    {
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[CopyBytes];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (to.Position + read > limit)
                throw AppErrors.BadPackage($"what was fetched has more than {limit} bytes");
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
