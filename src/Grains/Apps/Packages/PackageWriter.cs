using System.Security.Cryptography;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Apps.Packages;

/// <summary>Writes the files of a package, each in its forms, one after another into one content.</summary>
internal sealed class PackageWriter(PackageSpool spool, IBlobUpload upload) : IDisposable
{
    private const int HashDigits = 20;

    /// <summary>Larger files are copied piece by piece and not compressed.</summary>
    private const int WholeBytes = 16 << 20;

    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private long _length;

    /// <summary>Writes everything and completes the upload.</summary>
    public async Task<AppPackage> WriteAsync(string id, string contentId, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, PackagedFile>(StringComparer.Ordinal);
        foreach (var (path, slice) in spool.Files)
        {
            files.Add(path, slice.Length > WholeBytes
                ? await CopyAsync(slice, cancellationToken)
                : await WriteFormsAsync(path, spool.Read(slice), cancellationToken));
        }

        await upload.CompleteAsync(new BlobDigest(_length, _md5.GetHashAndReset()), cancellationToken);
        return new AppPackage(id, contentId, files);
    }

    public void Dispose() => _md5.Dispose();

    private async Task<PackagedFile> WriteFormsAsync(string path, byte[] content, CancellationToken cancellationToken) => new(
        Convert.ToHexStringLower(SHA256.HashData(content))[..HashDigits],
        await AppendAsync(content, cancellationToken),
        PackageCompression.Brotli(path, content) is { } brotli ? await AppendAsync(brotli, cancellationToken) : null,
        PackageCompression.Gzip(path, content) is { } gzip ? await AppendAsync(gzip, cancellationToken) : null);

    private async Task<PackagedFile> CopyAsync(PackageSlice slice, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var start = _length;
        for (var at = 0L; at < slice.Length; at += WholeBytes)
        {
            var piece = spool.Read(new PackageSlice(slice.Offset + at, Math.Min(WholeBytes, slice.Length - at)));
            sha256.AppendData(piece);
            await AppendAsync(piece, cancellationToken);
        }

        var hash = Convert.ToHexStringLower(sha256.GetHashAndReset())[..HashDigits];
        return new PackagedFile(hash, new PackageSlice(start, slice.Length), null, null);
    }

    private async ValueTask<PackageSlice> AppendAsync(byte[] content, CancellationToken cancellationToken)
    {
        _md5.AppendData(content);
        await upload.WriteAsync(content, cancellationToken);
        _length += content.Length;
        return new PackageSlice(_length - content.Length, content.Length);
    }
}
