using Cozy.Grains.Apps;
using Cozy.Storage.Blobs;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Apps.Serving;

/// <summary>
/// The files of packages. Small ones that are asked for often are kept in memory; the others are sent from the blob store.
/// </summary>
internal sealed class AppFiles(IGrainFactory grains, IBlobStore blobs, IOptions<WebOptions> options)
{
    private const int CopyBytes = 64 * 1024;
    private const int PackageCount = 500;

    private static readonly FileExtensionContentTypeProvider MediaTypes = new()
    {
        Mappings = { [".konnector"] = "text/plain", [".mjs"] = "text/javascript", [".webapp"] = "text/plain" },
    };

    private readonly BoundedCache<string, AppPackage> _packages = new(PackageCount);
    private readonly SmallFileCache _contents = new(options.Value.AppCacheBytes);

    /// <summary>A file of a package; null when it has none of this path.</summary>
    public async ValueTask<AppFile?> FindAsync(string packageId, string path) =>
        await FindPackageAsync(packageId) is { } package && package.Files.TryGetValue(path, out var file)
            ? new AppFile(package, path, file)
            : null;

    /// <summary>All files of a package in the order of their paths; null when there is no such package.</summary>
    public async Task<IReadOnlyList<AppFile>?> ListAsync(string packageId) => await FindPackageAsync(packageId) is { } package
        ? [.. package.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new AppFile(package, file.Key, file.Value))]
        : null;

    private async ValueTask<AppPackage?> FindPackageAsync(string id)
    {
        if (_packages.TryGet(id, out var known))
            return known;
        return await grains.GetGrain<IAppPackageGrain>(id).GetAsync() is { } package
            ? _packages.GetOrAdd(id, package, static (_, found) => found)
            : null;
    }

    /// <summary>Reads a file as a whole.</summary>
    public async ValueTask<byte[]> ReadAsync(AppFile file, CancellationToken cancellationToken) =>
        await TryReadAsync(file.Package, file.Entry.Plain, cancellationToken)
        ?? (await FindAgainAsync(file) is { } again ? await TryReadAsync(again.Package, again.Entry.Plain, cancellationToken) : null)
        ?? throw Gone();

    /// <summary>Sends a file, in the smallest form that the browser takes, unless it has it already.</summary>
    public async Task SendAsync(HttpContext context, AppFile file)
    {
        if (!await TrySendAsync(context, file) && (await FindAgainAsync(file) is not { } again || !await TrySendAsync(context, again)))
            throw Gone();
    }

    /// <summary>False, with nothing sent, when the content is not where it was.</summary>
    private async Task<bool> TrySendAsync(HttpContext context, AppFile file)
    {
        var (slice, encoding) = Choose(context.Request, file.Entry);
        var response = context.Response;
        var tag = new EntityTagHeaderValue(encoding is null ? $"\"{file.Entry.Hash}\"" : $"\"{file.Entry.Hash}-{encoding}\"");
        response.Headers.ETag = tag.ToString();
        if (file.Entry.Brotli is not null || file.Entry.Gzip is not null)
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        response.ContentType = MediaTypeOf(file.Path);
        response.ContentLength = slice.Length;
        response.Headers.ContentEncoding = encoding;
        return HttpMethods.IsHead(context.Request.Method) || slice.Length == 0 || await TrySendAsync(context, file.Package, slice);
    }

    private async Task<bool> TrySendAsync(HttpContext context, AppPackage package, PackageSlice slice)
    {
        if (_contents.Accepts(slice.Length))
        {
            if (await TryReadAsync(package, slice, context.RequestAborted) is not { } bytes)
                return false;
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
            return true;
        }

        await using var content = await OpenAsync(package, slice, context.RequestAborted);
        if (content is null)
            return false;
        if (content.LocalPath is { } path)
            await context.Response.SendFileAsync(path, slice.Offset, slice.Length, context.RequestAborted);
        else
            await content.Stream!.CopyToAsync(context.Response.Body, CopyBytes, context.RequestAborted);
        return true;
    }

    private async ValueTask<byte[]?> TryReadAsync(AppPackage package, PackageSlice slice, CancellationToken cancellationToken)
    {
        if (_contents.Find(package.ContentId, slice.Offset) is { } known)
            return known;

        var bytes = new byte[slice.Length];
        if (slice.Length > 0)
        {
            await using var content = await OpenAsync(package, slice, cancellationToken);
            if (content is null)
                return null;
            if (content.LocalPath is { } path)
            {
                using var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
                await ReadExactlyAsync(file, bytes, slice.Offset, cancellationToken);
            }
            else
            {
                await content.Stream!.ReadExactlyAsync(bytes, cancellationToken);
            }
        }

        _contents.Add(package.ContentId, slice.Offset, bytes);
        return bytes;
    }

    /// <summary>The file where it is now: a package that nobody used was removed, and came back.</summary>
    private async Task<AppFile?> FindAgainAsync(AppFile file)
    {
        _packages.Remove(file.Package.Id);
        return await grains.GetGrain<IAppPackageGrain>(file.Package.Id).RereadAsync() is { } package
            && package.Files.TryGetValue(file.Path, out var entry)
                ? new AppFile(_packages.GetOrAdd(package.Id, package, static (_, found) => found), file.Path, entry)
                : null;
    }

    private static BlobStoreException Gone() => new(BlobError.Unavailable, "The content of a package is not there.");

    private static async Task ReadExactlyAsync(
        Microsoft.Win32.SafeHandles.SafeFileHandle file, Memory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(file, bytes, offset, cancellationToken);
            if (read == 0)
                throw new BlobStoreException(BlobError.Unavailable, "A package of an app is shorter than it should be.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    private Task<BlobContent?> OpenAsync(AppPackage package, PackageSlice slice, CancellationToken cancellationToken) =>
        blobs.OpenAsync(
            new BlobKey(AppPackages.Area, package.Id, package.ContentId), new BlobRange(slice.Offset, slice.Length), cancellationToken);

    private static (PackageSlice Slice, string? Encoding) Choose(HttpRequest request, PackagedFile file)
    {
        var accepted = request.Headers.AcceptEncoding;
        if (file.Brotli is { } brotli && ContentEncodings.Accepts(accepted, "br"))
            return (brotli, "br");
        return file.Gzip is { } gzip && ContentEncodings.Accepts(accepted, "gzip") ? (gzip, "gzip") : (file.Plain, null);
    }

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request.Headers.IfNoneMatch.Count > 0
        && EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false));

    /// <summary>The media type by the ending of a name.</summary>
    public static string MediaTypeOf(string path)
    {
        var type = MediaTypes.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }
}

/// <summary>A file of a package.</summary>
/// <param name="Package">The package.</param>
/// <param name="Path">Its path in it.</param>
/// <param name="Entry">Where it is.</param>
internal sealed record AppFile(AppPackage Package, string Path, PackagedFile Entry);
