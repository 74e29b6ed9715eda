using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Cozy.Web.Pages;

/// <summary>One file sent as it is, with its compressed forms.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Hash">Ten hexadecimal digits of the SHA-256 of its content.</param>
/// <param name="Plain">Its content.</param>
/// <param name="Brotli">The content compressed; null where that does not pay.</param>
/// <param name="Gzip">The content compressed; null where that does not pay.</param>
internal sealed record Asset(string ContentType, string Hash, byte[] Plain, byte[]? Brotli, byte[]? Gzip);

/// <summary>
/// The files that pages need, embedded in this assembly. Pages refer to them by a name with the hash of the content
/// (<c>styles/pages.0123456789.css</c>), which browsers may keep forever.
/// </summary>
internal sealed class AssetCatalog
{
    private const string Prefix = "assets/";
    private const int HashLength = 10;

    private readonly FrozenDictionary<string, Asset> _assets = Load();

    /// <summary>The address of a file, with its hash.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public string Url(string name)
    {
        var dot = name.LastIndexOf('.');
        return $"/{Prefix}{name[..dot]}.{_assets[name].Hash}{name[dot..]}";
    }

    /// <summary>Finds a file by its name, with or without a hash.</summary>
    /// <returns>The file and whether the name told the very content it has; null when there is no such file.</returns>
    public (Asset Asset, bool IsExact)? Find(string name)
    {
        if (_assets.TryGetValue(name, out var asset))
        {
            return (asset, false);
        }

        var extension = name.LastIndexOf('.');
        var hash = extension - HashLength;
        if (hash < 1 || name[hash - 1] != '.' || !_assets.TryGetValue(name[..(hash - 1)] + name[extension..], out asset))
        {
            return null;
        }

        // During an upgrade a page of one version may ask a server of another: it gets what there is, for now.
        return (asset, name.AsSpan(hash, HashLength).SequenceEqual(asset.Hash));
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Create(name, assembly.GetManifestResourceStream(name)!));
    }

    private static Asset Create(string name, Stream content)
    {
        using (content)
        {
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            var plain = buffer.ToArray();
            var type = TypeOf(Path.GetExtension(name));
            var isText = type.StartsWith("text/", StringComparison.Ordinal) || type == "image/svg+xml";
            return new Asset(
                type,
                Convert.ToHexStringLower(SHA256.HashData(plain))[..HashLength],
                plain,
                isText ? Compress(plain, to => new BrotliStream(to, CompressionLevel.SmallestSize)) : null,
                isText ? Compress(plain, to => new GZipStream(to, CompressionLevel.SmallestSize)) : null);
        }
    }

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> open)
    {
        using var buffer = new MemoryStream();
        using (var compressor = open(buffer))
        {
            compressor.Write(plain);
        }

        return buffer.ToArray();
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".css" => "text/css",
        ".js" => "text/javascript",
        ".svg" => "image/svg+xml",
        ".ico" => "image/vnd.microsoft.icon",
        ".txt" => "text/plain",
        _ => throw new InvalidOperationException($"Assets of the kind {extension} have no content type yet."),
    };
}
