using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>An object in a listing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Modified">When it was written.</param>
/// <param name="Bytes">Its length; that of a large object is not told.</param>
/// <param name="Hash">Its MD5 in hex; of a large object something else.</param>
internal readonly record struct SwiftListed(string Name, DateTimeOffset Modified, long Bytes, string Hash);

/// <summary>Lists an instance's objects, a page at a time.</summary>
internal sealed class SwiftListing(SwiftClient client)
{
    /// <summary>What servers allow at least, and what a bulk delete takes at once.</summary>
    public const int PageSize = 1000;

    /// <summary>The pages of the objects whose name begins with a prefix; none when the container does not exist.</summary>
    public async IAsyncEnumerable<List<SwiftListed>> PagesAsync(
        string instance, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var marker = ""; ;)
        {
            var page = await PageAsync(instance, prefix, marker, cancellationToken);
            if (page.Count == 0)
                yield break;
            yield return page;
            marker = page[^1].Name;
        }
    }

    private async Task<List<SwiftListed>> PageAsync(
        string instance, string prefix, string marker, CancellationToken cancellationToken)
    {
        var path = $"{SwiftNames.Container(instance)}?format=json&limit={PageSize}"
            + $"&prefix={Uri.EscapeDataString(prefix)}&marker={Uri.EscapeDataString(marker)}";
        using var response = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NoContent)
            return [];
        if (!response.IsSuccessStatusCode)
            throw SwiftErrors.Of(response, "GET " + path);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var listing = await JsonDocument.ParseAsync(body, default, cancellationToken);
            return [.. listing.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e))
        {
            throw SwiftErrors.Translate(e, "GET " + path);
        }
    }

    private static SwiftListed Read(JsonElement entry) => new(
        entry.GetProperty("name").GetString()!,
        DateTimeOffset.Parse(
            entry.GetProperty("last_modified").GetString()!,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        entry.GetProperty("bytes").GetInt64(),
        entry.GetProperty("hash").GetString()!);
}
