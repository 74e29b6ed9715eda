using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs.Workers;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Exports;

/// <summary>
/// Writes the documents of an instance into the blob store, as a compressed tar of <c>doctype/id.json</c>. It reads them page
/// by page and keeps none: an instance of any size takes the same memory.
/// </summary>
internal sealed class ExportWriter(IGrainFactory grains, IDocumentStore documents, IBlobStore blobs)
{
    private const int PageRows = 500;
    private const int PageBytes = 1 << 20;
    private const string Versions = "io.cozy.files.versions";

    /// <summary>What lets its bearer in, or means something to this server alone.</summary>
    private static readonly HashSet<string> LeftOut =
    [
        "io.cozy.sessions", "io.cozy.sessions.codes", "io.cozy.auth.factors", "io.cozy.auth.confirmations", "io.cozy.permissions",
        "io.cozy.oauth.clients", "io.cozy.oauth.access_codes", "io.cozy.files.archives", "io.cozy.jobs", "io.cozy.hooks",
        "io.cozy.scheduler", "io.cozy.triggers.state", "io.cozy.accounts.soft_deleted",
    ];

    private static readonly HashSet<string> InstanceSecrets =
    [
        "passphrase_hash", "passphrase_reset_token", "passphrase_reset_time", "register_token",
        "session_secret", "oauth_secret", "cli_secret",
    ];

    /// <summary>Writes them all.</summary>
    /// <returns>Where the archives begin, but the first; and how many bytes the documents have.</returns>
    public async Task<(IReadOnlyList<string> Cursors, long Size)> WriteAsync(
        string instanceId, Export export, CancellationToken cancellationToken)
    {
        var key = new BlobKey(ExportContents.Area, export.Id, export.ContentId);
        await using var upload = await blobs.BeginUploadAsync(key, null, cancellationToken);
        await using var content = new UploadStream(upload, long.MaxValue);
        var parts = new ExportParts(export.PartBytes);
        long size;
        await using (var gzip = new GZipStream(content, CompressionLevel.Optimal, leaveOpen: true))
        await using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
            size = await FillAsync(tar, instanceId, export, parts, cancellationToken);
        await upload.CompleteAsync(content.Digest(), cancellationToken);
        return (parts.Cursors, size);
    }

    private async Task<long> FillAsync(
        TarWriter tar, string instanceId, Export export, ExportParts parts, CancellationToken cancellationToken)
    {
        var target = new Target(tar, export.CreatedAt);
        await WriteInstanceAsync(target, instanceId, cancellationToken);
        foreach (var doctype in await grains.GetGrain<IDoctypeListGrain>(instanceId).ListAsync())
        {
            if (export.Has(doctype) && !LeftOut.Contains(doctype) && doctype is not (WellKnownFiles.Doctype or Versions))
                await ForEachAsync(instanceId, doctype, document => target.AddAsync(doctype, document, cancellationToken), cancellationToken);
        }

        // Contents follow in the archives, each behind its document.
        if (export.Has(WellKnownFiles.Doctype))
        {
            await ForEachAsync(instanceId, WellKnownFiles.Doctype, document => AddFileAsync(target, parts, document, cancellationToken), cancellationToken);
        }

        if (export.Has(Versions))
        {
            await ForEachAsync(instanceId, Versions, document =>
            {
                parts.Add(Versions, document.Id, FileDocument.Size(document.Members));
                return Task.CompletedTask;
            }, cancellationToken);
        }

        return target.Size;
    }

    private static Task AddFileAsync(Target target, ExportParts parts, StoredDocument document, CancellationToken cancellationToken)
    {
        if (FileDocument.Text(document.Members, "type") == "directory")
            return target.AddAsync(WellKnownFiles.Doctype, document, cancellationToken);
        parts.Add(WellKnownFiles.Doctype, document.Id, FileDocument.Size(document.Members));
        return Task.CompletedTask;
    }

    private async Task WriteInstanceAsync(Target target, string instanceId, CancellationToken cancellationToken)
    {
        var stored = await documents.GetAsync(InstanceDocument.Database, instanceId, ReadOptions.Winner, cancellationToken);
        if (stored is null or { Deleted: true })
            throw new Jobs.JobFailedException("The instance is gone.", isFinal: true);
        using var all = Json.Parse(stored.Members);
        var members = Json.Members(writer =>
        {
            foreach (var member in all.RootElement.EnumerateObject().Where(member => !InstanceSecrets.Contains(member.Name)))
                member.WriteTo(writer);
        });
        await target.AddAsync(null, stored with { Id = "instance", Members = members }, cancellationToken);
    }

    private async Task ForEachAsync(
        string instanceId, string doctype, Func<StoredDocument, Task> use, CancellationToken cancellationToken)
    {
        var database = DatabaseName.ForDoctype(instanceId, doctype);
        string? after = null;
        while (true)
        {
            DocumentPage page;
            try
            {
                page = await documents.ListAsync(database, new ListQuery
                {
                    StartKey = after,
                    Skip = after is null ? 0 : 1,
                    Limit = PageRows,
                    IncludeDocuments = true,
                    MaxBytes = PageBytes,
                    CountOffset = false,
                }, cancellationToken);
            }
            catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
            {
                return;
            }

            foreach (var row in page.Rows)
            {
                if (!row.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal) && row.Document is { } document)
                    await use(document);
            }

            if (page.Rows.Count == 0 || (page.Rows.Count < PageRows && !page.IsCut))
                return;
            after = page.Rows[^1].Id;
        }
    }

    /// <summary>The tar that is written.</summary>
    private sealed class Target(TarWriter tar, DateTimeOffset time)
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(4096);

        public long Size { get; private set; }

        public async Task AddAsync(string? doctype, StoredDocument document, CancellationToken cancellationToken)
        {
            _buffer.ResetWrittenCount();
            DocumentCodec.Write(_buffer, document);
            Size += _buffer.WrittenCount;
            using var data = new MemoryStream(_buffer.WrittenSpan.ToArray());
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, ExportNames.Of(doctype, document.Id))
                {
                    DataStream = data,
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
                    ModificationTime = time,
                },
                cancellationToken);
        }
    }
}
