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
/// The files that pages need: those embedded in this assembly, and those built with the web apps, which lie beside the
/// program when there was Node to build them. Pages refer to them by a name with the hash of the content
/// (<c>styles/pages.0123456789.css</c>), which browsers may keep forever.
/// </summary>
/// <param name="built">The folder of the built ones; they bring their compressed forms with them (<c>.br</c>, <c>.gz</c>).</param>
internal sealed class AssetCatalog(string built)
{
    private const string Prefix = "assets/";
    private const int HashLength = 10;

    private readonly FrozenDictionary<string, Asset> _assets =
        Embedded().Concat(Built(built)).ToFrozenDictionary(asset => asset.Name, asset => asset.Asset, StringComparer.Ordinal);

    /// <summary>Where the build puts its files.</summary>
    public static string BuiltFolder => Path.Combine(AppContext.BaseDirectory, "apps", "assets");

    /// <summary>Whether there is a file of this name.</summary>
    public bool Has(string name) => _assets.ContainsKey(name);

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

    private static IEnumerable<(string Name, Asset Asset)> Embedded()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => (name[Prefix.Length..], Create(name, assembly.GetManifestResourceStream(name)!)));
    }

    private static IEnumerable<(string Name, Asset Asset)> Built(string folder) => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is not (".br" or ".gz"))
            .Select(file => (Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), Read(file)));

    private static Asset Read(string file)
    {
        var plain = File.ReadAllBytes(file);
        return new Asset(TypeOf(Path.GetExtension(file)), HashOf(plain), plain, Form(".br"), Form(".gz"));

        byte[]? Form(string extension) => File.Exists(file + extension) ? File.ReadAllBytes(file + extension) : null;
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
                HashOf(plain),
                plain,
                isText ? Compress(plain, to => new BrotliStream(to, CompressionLevel.SmallestSize)) : null,
                isText ? Compress(plain, to => new GZipStream(to, CompressionLevel.SmallestSize)) : null);
        }
    }

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..HashLength];

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
