using System.IO.Compression;
using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files.Archives;

/// <summary>A page of a file in an archive.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">1 for the first.</param>
internal readonly record struct ArchivePage(FileEntry File, int Number);

/// <summary>What is found of what an archive is to be made of.</summary>
/// <param name="Entries">Files and folders.</param>
/// <param name="Pages">Pages of files.</param>
internal sealed record ArchiveContents(IReadOnlyList<FileEntry> Entries, IReadOnlyList<ArchivePage> Pages);

/// <summary>Puts pages of PDFs into an archive. Those of one file that follow each other are taken out together.</summary>
internal sealed class ArchivePages(FilePages pages)
{
    /// <summary>Fails unless all pages are there, while that can still be said.</summary>
    /// <exception cref="Grains.Errors.CozyException">As <see cref="Grains.Pdf.IPdfPages.ExtractAsync"/>.</exception>
    public async Task CheckAsync(HttpContext context, IReadOnlyList<ArchivePage> wanted)
    {
        foreach (var file in wanted.GroupBy(page => page.File.Id, StringComparer.Ordinal))
        {
            await using var none = await pages.ExtractAsync(context, file.Key, StoredFile.From(file.First().File), []);
            if (file.Any(page => page.Number > none.PageCount))
                throw ApiException.Invalid("Page", $"The PDF has {none.PageCount} pages.");
        }
    }

    /// <summary>Writes the pages.</summary>
    /// <param name="context">The request.</param>
    /// <param name="archive">Where to.</param>
    /// <param name="wanted">The pages.</param>
    /// <param name="place">Where the page of a name goes in the archive.</param>
    public async Task WriteAsync(
        HttpContext context, ZipArchive archive, IReadOnlyList<ArchivePage> wanted, Func<string, string> place)
    {
        for (var done = 0; done < wanted.Count;)
        {
            var entry = wanted[done].File;
            var file = StoredFile.From(entry);
            var numbers = wanted.Skip(done).TakeWhile(page => page.File.Id == entry.Id).Select(page => page.Number).ToList();
            await using var made = await pages.ExtractAsync(context, entry.Id, file, numbers);
            for (var i = 0; i < made.Lengths.Count; i++)
            {
                var member = archive.CreateEntry(place(FilePages.NameOf(file.Name, numbers[i])), ArchiveWriter.LevelOf("pdf"));
                member.LastWriteTime = ArchiveWriter.TimeOf(file.ModifiedAt);
                await using var target = await member.OpenAsync(context.RequestAborted);
                await made.CopyToAsync(target, i, context.RequestAborted);
            }

            done += made.Lengths.Count;
        }
    }
}
