using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// Addresses at which anybody gets one content for a while (Swift's TempURL). Each container has a key of its own, made of the
/// configured one, so that nothing an instance hands out tells of another's.
/// </summary>
internal sealed class SwiftLinks(SwiftClient client, SwiftOptions options, TimeProvider time)
{
    private const string KeyHeader = "X-Container-Meta-Temp-URL-Key";

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>The address; null when none are configured.</summary>
    public async ValueTask<Uri?> MakeAsync(BlobKey key, string fileName, CancellationToken cancellationToken)
    {
        if (options.TempUrlKey.Length == 0)
            return null;

        var secret = Secret(key.Instance);
        if (!_known.ContainsKey(key.Instance))
            await PublishAsync(key.Instance, secret, cancellationToken);

        var address = new Uri(await client.AddressAsync(SwiftContainers.ContentPath(key), cancellationToken));
        var expires = (time.GetUtcNow() + options.TempUrlLifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"GET\n{expires}\n{address.AbsolutePath}"));
        return new Uri(
            $"{address}?temp_url_sig={Convert.ToHexStringLower(signature)}&temp_url_expires={expires}&filename={Uri.EscapeDataString(fileName)}");
    }

    private string Secret(string instance) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.TempUrlKey), Encoding.UTF8.GetBytes(SwiftNames.Container(instance))));

    private async Task PublishAsync(string instance, string secret, CancellationToken cancellationToken)
    {
        var container = SwiftNames.Container(instance);
        using var response = await client.SendAsync(HttpMethod.Post, container, request => request.Headers.Add(KeyHeader, secret), cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw SwiftErrors.Of(response, "POST " + container);
        _known[instance] = true;
    }
}
