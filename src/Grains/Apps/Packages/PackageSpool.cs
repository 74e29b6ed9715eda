using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// The files of a package on their way: one temporary file that holds them one after another and vanishes when it is
/// closed. Takes no more than the limits allow, whatever an archive says of itself.
/// </summary>
internal sealed class PackageSpool(AppsOptions limits) : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int PieceBytes = 1 << 20;

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), $"cozy-app-{Guid.NewGuid():N}"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    private readonly SortedDictionary<string, PackageSlice> _files = new(StringComparer.Ordinal);

    /// <summary>Most entries an archive may have: folders are entries too, and some files have two.</summary>
    public int MaxEntries => limits.MaxFiles * 3;

    /// <summary>Most bytes an archive may have once it is unpacked: each entry has a head, and is filled up to a block.</summary>
    public long MaxArchiveBytes => limits.MaxPackageBytes + (MaxEntries * 1024L);

    /// <summary>The files by their paths.</summary>
    public IReadOnlyDictionary<string, PackageSlice> Files => _files;

    /// <summary>Adds a file. The path is as the archive has it.</summary>
    /// <exception cref="Errors.CozyException">BadRequest: a limit is exceeded or the path refused.</exception>
    public void Add(string path, Stream content, CancellationToken cancellationToken)
    {
        var name = PackagePath.Normalize(path) ?? throw AppErrors.BadPackage("a file has no name");
        if (_files.Count >= limits.MaxFiles)
            throw AppErrors.BadPackage($"it has more than {limits.MaxFiles} files");

        var start = _file.Length;
        _file.Position = start;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_file.Position + read > limits.MaxPackageBytes)
                    throw AppErrors.BadPackage($"its files have more than {limits.MaxPackageBytes} bytes");
                _file.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!_files.TryAdd(name, new PackageSlice(start, _file.Position - start)))
            throw AppErrors.BadPackage($"it has two files {name}");
    }

    /// <summary>Reads a whole file of the package.</summary>
    public byte[] Read(PackageSlice slice)
    {
        var content = new byte[slice.Length];
        _file.Position = slice.Offset;
        _file.ReadExactly(content);
        return content;
    }

    /// <summary>
    /// Makes the folder that holds the manifest the package's own: archives of repositories have everything in one.
    /// </summary>
    /// <exception cref="Errors.CozyException">NotFound: there is no manifest.</exception>
    public void StripFolder(string manifest)
    {
        if (_files.ContainsKey(manifest))
            return;
        var holder = _files.Keys.FirstOrDefault(path => path.EndsWith("/" + manifest, StringComparison.Ordinal)
            && path.IndexOf('/', StringComparison.Ordinal) == path.Length - manifest.Length - 1)
            ?? throw AppErrors.NotReachable();
        var prefix = holder[..^manifest.Length];
        foreach (var (path, slice) in _files.ToArray())
        {
            _files.Remove(path);
            if (path.StartsWith(prefix, StringComparison.Ordinal))
                _files.Add(path[prefix.Length..], slice);
        }
    }

    /// <summary>The SHA-256 of all paths and contents, in hexadecimal digits.</summary>
    public string Hash()
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, slice) in _files)
        {
            sha256.AppendData(Encoding.UTF8.GetBytes($"{path}\0{slice.Length}\0"));
            for (var at = 0L; at < slice.Length; at += PieceBytes)
                sha256.AppendData(Read(new PackageSlice(slice.Offset + at, Math.Min(PieceBytes, slice.Length - at))));
        }

        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }

    public void Dispose() => _file.Dispose();
}
