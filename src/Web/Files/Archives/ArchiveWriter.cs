using System.IO.Compression;
using Cozy.Grains.Files;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files.Archives;

/// <summary>
/// Writes files and folders as a ZIP while they are read: no temporary file, and as much memory for a large archive as for
/// a small one. Names are UTF-8, sizes above 4 GiB are written as ZIP64.
/// </summary>
internal sealed class ArchiveWriter(FileTrees trees, CurrentContents files, ArchivePages pages)
{
    private const int BlockBytes = 128 * 1024;

    // Their formats are compressed already: another try costs time and saves nothing.
    private static readonly HashSet<string> Compressed = ["image", "audio", "video", "zip"];

    // What the format can say of a time.
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2107, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Answers with the archive.</summary>
    /// <exception cref="Grains.Errors.CozyException">A page is not to be had, and nothing is sent yet.</exception>
    public async Task SendAsync(HttpContext context, string name, ArchiveContents contents)
    {
        await pages.CheckAsync(context, contents.Pages);
        var response = context.Response;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = ContentDisposition.For(name + ".zip", isAttachment: true);
        await using var output = new BufferedStream(response.Body, BlockBytes);
        await using var archive = await ZipArchive.CreateAsync(
            output, ZipArchiveMode.Create, leaveOpen: true, System.Text.Encoding.UTF8, context.RequestAborted);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in contents.Entries)
            await AddAsync(context, archive, entry, $"{name}/{Free(taken, NameOf(entry))}");
        await pages.WriteAsync(context, archive, contents.Pages, page => $"{name}/{Free(taken, page)}");
    }

    /// <summary>How much to try on a file of a class.</summary>
    public static CompressionLevel LevelOf(string? fileClass) =>
        Compressed.Contains(fileClass ?? "") ? CompressionLevel.NoCompression : CompressionLevel.Fastest;

    /// <summary>A time, or the one nearest to it that an archive can say.</summary>
    public static DateTimeOffset TimeOf(DateTimeOffset time) => time < Earliest ? Earliest : time > Latest ? Latest : time;

    private static string NameOf(FileEntry entry) => JsonMembers.Text(entry.Members, "name") is { Length: > 0 } name ? name : "root";

    // Files of one name may come from several folders.
    private static string Free(HashSet<string> taken, string name)
    {
        var free = name;
        for (var number = 2; !taken.Add(free); number++)
            free = $"{Path.GetFileNameWithoutExtension(name)} ({number}){Path.GetExtension(name)}";
        return free;
    }

    /// <summary>Adds a file, or a folder and what is below it.</summary>
    private async Task AddAsync(HttpContext context, ZipArchive archive, FileEntry top, string topName)
    {
        var waiting = new Stack<(FileEntry Entry, string Name)>([(top, topName)]);
        while (waiting.TryPop(out var next))
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            if (!next.Entry.IsDirectory)
            {
                await AddFileAsync(context, archive, next.Entry, next.Name);
                continue;
            }

            archive.CreateEntry(next.Name + "/");
            await foreach (var child in FolderContents.ReadAllAsync(trees.Of(context), next.Entry.Id))
            {
                if (child.IsDirectory)
                    waiting.Push((child, $"{next.Name}/{NameOf(child)}"));
                else
                    await AddFileAsync(context, archive, child, $"{next.Name}/{NameOf(child)}");
            }
        }
    }

    private async Task AddFileAsync(HttpContext context, ZipArchive archive, FileEntry listed, string name)
    {
        // What was destroyed since it was listed is not missing in the archive.
        if (await files.OpenAsync(context, listed) is not var (entry, opened))
            return;
        await using var content = opened;
        await using var source = content.Stream ?? File.OpenRead(content.LocalPath!);
        var member = archive.CreateEntry(name, LevelOf(JsonMembers.Text(entry.Members, "class")));
        member.LastWriteTime = TimeOf(StoredFile.From(entry).ModifiedAt);
        await using var target = await member.OpenAsync(context.RequestAborted);
        await source.CopyToAsync(target, BlockBytes, context.RequestAborted);
    }
}
