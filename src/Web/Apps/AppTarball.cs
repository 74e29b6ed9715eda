using System.Formats.Tar;
using System.IO.Compression;
using Cozy.Web.Apps.Serving;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Apps;

/// <summary>Makes an archive of a package while it is sent.</summary>
internal static class AppTarball
{
    /// <summary>Sends a package as <c>slug.tar.gz</c>; false, with nothing sent, when there is no such package.</summary>
    public static async Task<bool> SendAsync(HttpContext context, AppFiles files, string packageId, string slug)
    {
        if (await files.ListAsync(packageId) is not { } all)
            return false;
        context.Response.ContentType = "application/gzip";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{slug}.tar.gz\"";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        foreach (var file in all)
        {
            using var content = new MemoryStream(await files.ReadAsync(file, context.RequestAborted), writable: false);

            // The same package makes the same archive, whenever it is asked for.
            var entry = new PaxTarEntry(TarEntryType.RegularFile, file.Path)
            {
                DataStream = content,
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            await tar.WriteEntryAsync(entry, context.RequestAborted);
        }

        return true;
    }
}
