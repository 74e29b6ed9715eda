using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cozy.Grains.FileAudits;
using Cozy.Storage.Blobs;

namespace Cozy.Web.Admin.Files;

/// <summary>What to look at, and what to do about it.</summary>
/// <param name="Index">Look at the documents.</param>
/// <param name="Contents">Compare documents and contents.</param>
/// <param name="ReadContents">Read every content and compare its MD5, which takes as long as reading all there is.</param>
/// <param name="Repair">Remove contents and thumbnails that nothing refers to.</param>
internal sealed record FileCheckRequest(bool Index, bool Contents, bool ReadContents, bool Repair);

/// <summary>
/// Compares an instance's documents and contents while the instance is used: 1. list the contents; 2. read the documents,
/// which then are newer; 3. ask once more about everything that seems wrong, with the documents deciding. A content that
/// an upload may still be responsible for is left alone.
/// </summary>
internal sealed class FileCheck(IFileAuditGrain documents, IBlobStore blobs, string instanceId, FileCheckRequest request)
{
    private const int PageSize = 1000;

    /// <summary>What is wrong.</summary>
    public async IAsyncEnumerable<Anomaly> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var contents = new Dictionary<BlobKey, BlobListing>();
        if (request.Contents)
        {
            await foreach (var listing in blobs.ListAsync(instanceId, cancellationToken))
                contents[listing.Key] = listing;
        }

        var tree = await ReadTreeAsync(cancellationToken);
        if (request.Index)
        {
            foreach (var anomaly in tree.FindAnomalies())
                yield return anomaly;
        }

        if (!request.Contents)
            yield break;

        foreach (var wanted in await ReadWantedAsync(tree, cancellationToken))
        {
            contents.Remove(wanted.Key, out var listing);
            if (await CompareAsync(wanted, listing, cancellationToken) is { } anomaly)
                yield return anomaly;
        }

        await foreach (var anomaly in FindOrphansAsync(contents.Values, cancellationToken))
            yield return anomaly;
        await foreach (var anomaly in FindThumbnailsAsync(tree, cancellationToken))
            yield return anomaly;
    }

    /// <summary>The documents of all files and folders.</summary>
    public async Task<AuditedTree> ReadTreeAsync(CancellationToken cancellationToken)
    {
        var files = new List<AuditedFile>();
        for (IReadOnlyList<AuditedFile> page = [new() { Id = "" }]; page.Count > 0; files.AddRange(page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            page = await documents.ListFilesAsync(files.Count == 0 ? null : files[^1].Id, PageSize);
        }

        return new AuditedTree(files);
    }

    private async Task<List<Wanted>> ReadWantedAsync(AuditedTree tree, CancellationToken cancellationToken)
    {
        var wanted = tree.Files
            .Where(file => file is { IsDirectory: false, VersionId: not null })
            .Select(file => new Wanted(new BlobKey(instanceId, file.Id, file.VersionId!), file.Size, file.Md5, tree.PathOf(file), false))
            .ToList();
        for (string? after = null; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await documents.ListVersionsAsync(after, PageSize);
            if (page.Count == 0)
                return wanted;
            after = page[^1].Id;
            wanted.AddRange(page.Select(version =>
                new Wanted(new BlobKey(instanceId, version.FileId, version.VersionId), version.Size, version.Md5, null, true)));
        }
    }

    private async Task<Anomaly?> CompareAsync(Wanted wanted, BlobListing? listing, CancellationToken cancellationToken)
    {
        var md5 = Convert.ToHexStringLower(wanted.Md5.Span);
        if (listing is { Length: { } length } && length == wanted.Size
            && (request.ReadContents ? null : listing.Md5 ?? md5) is { } known && (known == md5 || md5.Length == 0))
        {
            return null;
        }

        await using var content = await blobs.OpenAsync(wanted.Key, null, cancellationToken);
        if (content is null)
        {
            // It may have been replaced or destroyed since its document was read.
            return await documents.RefersToAsync(wanted.Key.FileId, wanted.Key.VersionId)
                ? wanted.Anomaly(Anomaly.MissingContent, null)
                : null;
        }

        if (content.Length != wanted.Size)
            return wanted.Anomaly(Anomaly.ContentMismatch, string.Create(
                CultureInfo.InvariantCulture, $"{content.Length} bytes instead of {wanted.Size}"));
        if (!request.ReadContents || wanted.Md5.IsEmpty)
            return listing is { Md5: { } stored } && stored != md5 ? wanted.Anomaly(Anomaly.ContentMismatch, $"MD5 {stored} instead of {md5}") : null;

        await using var stream = content.Stream ?? File.OpenRead(content.LocalPath!);
        var actual = Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellationToken));
        return actual == md5 ? null : wanted.Anomaly(Anomaly.ContentMismatch, $"MD5 {actual} instead of {md5}");
    }

    private async IAsyncEnumerable<Anomaly> FindOrphansAsync(
        IEnumerable<BlobListing> unwanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var listing in unwanted.Where(listing => !listing.MayBePending))
        {
            // Listed before the documents were read, so an upload would show in them; the other way round it is being
            // removed, or was moved among the versions.
            if (await documents.RefersToAsync(listing.Key.FileId, listing.Key.VersionId))
                continue;
            await using (var content = await blobs.OpenAsync(listing.Key, null, cancellationToken))
            {
                if (content is null && !listing.IsRest)
                    continue;
            }

            if (request.Repair)
                await blobs.DeleteAsync([listing.Key], cancellationToken);
            yield return new Anomaly(Anomaly.OrphanContent, listing.Key.FileId)
            {
                VersionId = listing.Key.VersionId,
                IsRepaired = request.Repair,
            };
        }
    }

    private async IAsyncEnumerable<Anomaly> FindThumbnailsAsync(
        AuditedTree tree, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var orphans = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var fileId in blobs.Thumbnails.ListAsync(instanceId, cancellationToken))
        {
            if (!tree.Contains(fileId) && !await documents.ExistsAsync(fileId))
                orphans.Add(fileId);
        }

        foreach (var fileId in orphans)
        {
            if (request.Repair)
                await blobs.Thumbnails.DeleteAsync(instanceId, [fileId], cancellationToken);
            yield return new Anomaly(Anomaly.OrphanThumbnail, fileId) { IsRepaired = request.Repair };
        }
    }

    /// <summary>A content a document refers to.</summary>
    private sealed record Wanted(BlobKey Key, long Size, ReadOnlyMemory<byte> Md5, string? Path, bool IsVersion)
    {
        public Anomaly Anomaly(string type, string? detail) => new(type, Key.FileId)
        {
            VersionId = Key.VersionId,
            IsVersion = IsVersion,
            Path = Path,
            Detail = detail,
        };
    }
}
