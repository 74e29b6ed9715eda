using System.Formats.Tar;
using System.Globalization;
using Cozy.Grains.FileAudits;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;

namespace Cozy.Web.Admin.Files;

/// <summary>Writes a tree as a tar that any program unpacks: folders and files by their names, with their times.</summary>
internal static class FileExport
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes it. A file that was overwritten since the tree was read is written as it is now, one that was destroyed is left out. A
    /// file whose content is missing ends it with a failure, so that no copy passes for whole.
    /// </summary>
    /// <exception cref="FileNotFoundException">A content is missing.</exception>
    public static async Task WriteAsync(
        AuditedTree tree, IFileAuditGrain documents, IBlobStore blobs, string instanceId, bool withTrash, Stream output,
        CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        var places = tree.Files
            .Select(file => (File: file, Path: tree.PathOf(file)))
            .Where(place => place.Path is { Length: > 1 } path && (withTrash || !IsTrash(path)))
            .OrderBy(place => place.Path, StringComparer.Ordinal);
        foreach (var (file, path) in places)
        {
            if (file.IsDirectory)
                await tar.WriteEntryAsync(Describe(TarEntryType.Directory, path![1..] + "/", file), cancellationToken);
            else
                await WriteFileAsync(tar, documents, blobs, instanceId, file, path!, cancellationToken);
        }
    }

    private static async Task WriteFileAsync(
        TarWriter tar, IFileAuditGrain documents, IBlobStore blobs, string instanceId, AuditedFile file, string path,
        CancellationToken cancellationToken)
    {
        BlobContent? content;
        while ((content = await blobs.OpenAsync(new BlobKey(instanceId, file.Id, file.VersionId ?? ""), null, cancellationToken)) is null)
        {
            if (await documents.FindAsync(file.Id) is not { } now)
                return;
            if (now.VersionId == file.VersionId)
                throw new FileNotFoundException($"The content of {path} is missing.");
            file = now;
        }

        await using var opened = content;
        await using var stream = content.Stream ?? File.OpenRead(content.LocalPath!);
        var entry = Describe(TarEntryType.RegularFile, path[1..], file);
        entry.DataStream = new SizedStream(stream, content.Length);
        await tar.WriteEntryAsync(entry, cancellationToken);
    }

    private static PaxTarEntry Describe(TarEntryType type, string name, AuditedFile file)
    {
        var entry = new PaxTarEntry(type, name)
        {
            Mode = type == TarEntryType.Directory ? FolderMode
                : file.IsExecutable ? FileMode | UnixFileMode.UserExecute
                : FileMode,
        };
        if (DateTimeOffset.TryParse(file.UpdatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            entry.ModificationTime = time;
        return entry;
    }

    private static bool IsTrash(string path) =>
        path == "/" + WellKnownFiles.TrashName || path.StartsWith($"/{WellKnownFiles.TrashName}/", StringComparison.Ordinal);

    /// <summary>A stream that knows its length, as tar wants it, though it cannot seek.</summary>
    private sealed class SizedStream(Stream inner, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Advance(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Advance(await inner.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Advance(int count)
        {
            _position += count;
            return count;
        }
    }
}
