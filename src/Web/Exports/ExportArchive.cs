using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Exports;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Files.Archives;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Exports;

/// <summary>
/// Writes one archive of an export while it is read: in the first the documents, in all of them files, each behind its document
/// as importers want it. What was destroyed meanwhile is left out.
/// </summary>
internal sealed class ExportArchive(FileTrees trees, IGrainFactory grains, IBlobStore blobs)
{
    private const int BlockBytes = 128 * 1024;
    private const int PageRows = 200;
    private const string Root = "My Cozy";
    private const string Versions = "io.cozy.files.versions";

    /// <summary>Answers with the archive.</summary>
    /// <exception cref="ApiException">404: the export is gone.</exception>
    public async Task SendAsync(HttpContext context, Export export, ExportPart part)
    {
        await using var documents = part.Number == 0
            ? await blobs.OpenAsync(new BlobKey(ExportContents.Area, export.Id, export.ContentId), null, context.RequestAborted)
                ?? throw new ApiException(ApiError.Http(404, "exports: not found"))
            : null;
        var response = context.Response;
        var name = export.Cursors.Count == 0 ? $"{Root}.zip" : $"{Root} - part{part.Number:D3}.zip";
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = ContentDisposition.For(name, isAttachment: true);
        response.Headers.CacheControl = "no-store";
        await using var output = new BufferedStream(response.Body, BlockBytes);
        await using var archive = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, context.RequestAborted);
        if (documents is not null)
            await CopyDocumentsAsync(documents, archive, context.RequestAborted);
        if (export.Has(WellKnownFiles.Doctype))
            await ForEachAsync(context, WellKnownFiles.Doctype, part, rows => AddFilesAsync(context, archive, rows));
        if (export.Has(Versions))
            await ForEachAsync(context, Versions, part, rows => AddVersionsAsync(context, archive, rows));
    }

    private static async Task CopyDocumentsAsync(BlobContent documents, ZipArchive archive, CancellationToken cancellationToken)
    {
        await using var content = documents.Stream ?? File.OpenRead(documents.LocalPath!);
        await using var gzip = new GZipStream(content, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.DataStream is not { } data)
                continue;
            var member = archive.CreateEntry($"{Root}/Data/{entry.Name}", CompressionLevel.Fastest);
            await using var target = await member.OpenAsync(cancellationToken);
            await data.CopyToAsync(target, cancellationToken);
        }
    }

    private async Task AddFilesAsync(HttpContext context, ZipArchive archive, IReadOnlyList<ListingRow> rows)
    {
        var files = rows.Where(row => JsonMembers.Text(row.Members!.Value, "type") == "file").ToList();
        var folders = await trees.Of(context).PathsOfAsync([.. files.Select(file => JsonMembers.Text(file.Members!.Value, "dir_id") ?? "")]);
        for (var i = 0; i < files.Count; i++)
        {
            if (folders[i] is not { } folder)
                continue;
            var stored = StoredFile.From(new FileEntry(files[i].Id, files[i].Revision!, false, "", files[i].Members!.Value));
            await AddAsync(
                context, archive, WellKnownFiles.Doctype, files[i], (files[i].Id, stored.VersionId), $"{Root}/Files{folder.TrimEnd('/')}/{stored.Name}");
        }
    }

    private async Task AddVersionsAsync(HttpContext context, ZipArchive archive, IReadOnlyList<ListingRow> rows)
    {
        foreach (var row in rows)
        {
            var slash = row.Id.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0)
                await AddAsync(context, archive, Versions, row, (row.Id[..slash], row.Id[(slash + 1)..]), $"{Root}/Versions/{row.Id}");
        }
    }

    private async Task AddAsync(
        HttpContext context, ZipArchive archive, string doctype, ListingRow row, (string File, string Version) content, string name)
    {
        var key = new BlobKey(context.Instance().Id, content.File, content.Version);
        await using var found = await blobs.OpenAsync(key, null, context.RequestAborted);
        if (found is null)
            return;
        await using var source = found.Stream ?? File.OpenRead(found.LocalPath!);
        using var document = new PooledBuffer(row.Members!.Value.Length + 256);
        document.Write("{\"_id\":"u8);
        document.WriteString(row.Id);
        document.Write(",\"_rev\":"u8);
        document.WriteString(row.Revision!);
        document.Write(","u8);
        document.Write(row.Members.Value.Span);
        document.Write("}"u8);
        var about = archive.CreateEntry($"{Root}/Data/{ExportNames.Of(doctype, row.Id)}", CompressionLevel.Fastest);
        await using (var target = await about.OpenAsync(context.RequestAborted))
            await target.WriteAsync(document.Written, context.RequestAborted);

        var member = archive.CreateEntry(name, ArchiveWriter.LevelOf(JsonMembers.Text(row.Members.Value, "class")));
        member.LastWriteTime = ArchiveWriter.TimeOf(
            DateTimeOffset.TryParse(JsonMembers.Text(row.Members.Value, "updated_at"), System.Globalization.CultureInfo.InvariantCulture, out var time)
                ? time
                : DateTimeOffset.UnixEpoch);
        await using var written = await member.OpenAsync(context.RequestAborted);
        await source.CopyToAsync(written, BlockBytes, context.RequestAborted);
    }

    private async Task ForEachAsync(
        HttpContext context, string doctype, ExportPart part, Func<IReadOnlyList<ListingRow>, Task> use)
    {
        if (part.RangeOf(doctype) is not { } range)
            return;
        var grain = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(context.Instance().Id, doctype));
        if (await grain.DescribeAsync() is null)
            return;
        var (first, skip) = (range.First, 0);
        while (true)
        {
            var page = await grain.ListAsync(new ListingQuery
            {
                StartKey = first,
                EndKey = range.End,
                ExcludeEnd = range.End is not null,
                Skip = skip,
                Limit = PageRows,
                IncludeDocuments = true,
            });
            await use([.. page.Rows.Where(row => row.Members is not null && !row.Id.StartsWith("_design/", StringComparison.Ordinal))]);
            if (page.Rows.Count == 0 || (page.Rows.Count < PageRows && !page.IsCut))
                return;
            (first, skip) = (page.Rows[^1].Id, 1);
        }
    }
}
