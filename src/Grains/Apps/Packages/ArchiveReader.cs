using System.Formats.Tar;
using System.IO.Compression;

namespace Cozy.Grains.Apps.Packages;

/// <summary>Unpacks <c>.tar</c>, <c>.tar.gz</c> and <c>.zip</c>, told apart by their first bytes. Links and devices are refused.</summary>
internal static class ArchiveReader
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixSymbolicLink = 0xA000;

    /// <summary>Adds the files of an archive to a package.</summary>
    /// <exception cref="Errors.CozyException">BadRequest: it is no such archive, or one that is refused.</exception>
    public static void Read(Stream archive, PackageSpool package, CancellationToken cancellationToken) =>
        Understand(() =>
        {
            Span<byte> start = stackalloc byte[4];
            var length = archive.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            archive.Position = 0;
            if (length >= 2 && start[0] == 0x1F && start[1] == 0x8B)
            {
                using var plain = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
                AddTar(plain, package, cancellationToken);
            }
            else if (start.SequenceEqual("PK\x03\x04"u8))
            {
                ReadZip(archive, package, cancellationToken);
            }
            else
            {
                AddTar(archive, package, cancellationToken);
            }
        });

    /// <summary>Adds the files of a tar archive, which may come as it is made.</summary>
    /// <exception cref="Errors.CozyException">BadRequest: it is broken, or has what is refused.</exception>
    public static void ReadTar(Stream archive, PackageSpool package, CancellationToken cancellationToken) =>
        Understand(() => AddTar(archive, package, cancellationToken));

    private static void Understand(Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException)
        {
            throw AppErrors.BadPackage("it is no archive of the kinds .tar.gz, .tar and .zip, or a broken one");
        }
    }

    private static void AddTar(Stream archive, PackageSpool package, CancellationToken cancellationToken)
    {
        using var tar = new TarReader(new TarGuard(archive, package.MaxEntries, package.MaxArchiveBytes));
        while (tar.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    package.Add(entry.Name, entry.DataStream ?? Stream.Null, cancellationToken);
                    break;
                case TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw AppErrors.BadPackage($"{entry.Name} is no file");
            }
        }
    }

    private static void ReadZip(Stream archive, PackageSpool package, CancellationToken cancellationToken)
    {
        ZipGuard.RequireFewEntries(archive, package.MaxEntries);
        using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixSymbolicLink)
                throw AppErrors.BadPackage($"{entry.FullName} is no file");
            if (entry.FullName.EndsWith('/'))
                continue;
            using var content = entry.Open();
            package.Add(entry.FullName, content, cancellationToken);
        }
    }
}
