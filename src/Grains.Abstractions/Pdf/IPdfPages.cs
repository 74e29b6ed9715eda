using Cozy.Grains.Errors;

namespace Cozy.Grains.Pdf;

/// <summary>
/// Takes single pages out of PDFs, each as a PDF of its own that holds nothing of the other pages. Done in processes beside
/// the silo, with little memory and time, so that a hostile PDF harms nobody.
/// </summary>
public interface IPdfPages
{
    /// <summary>Takes pages out, as many of the first as one turn allows, and at least one.</summary>
    /// <param name="source">The PDF.</param>
    /// <param name="numbers">The pages, 1 for the first; none to learn how many there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CozyException">
    /// Invalid (input <c>Page</c>): there is no such page, or it is broken, or the content is no PDF, opens with a password only, or needs more
    /// time or memory than it may have. TooLarge: the content is. Unavailable: others are served first.
    /// </exception>
    /// <exception cref="IOException">The content cannot be read.</exception>
    Task<ExtractedPages> ExtractAsync(PdfSource source, IReadOnlyList<int> numbers, CancellationToken cancellationToken = default);
}

/// <summary>A content that pages are wanted of.</summary>
/// <param name="InstanceId">Whose it is; instances take turns.</param>
/// <param name="VersionId">Which content it is.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="OpenAsync">Opens it, when it is its turn.</param>
public sealed record PdfSource(string InstanceId, string VersionId, long Length, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>Pages that were taken out. Nothing is left of them once this is disposed of.</summary>
/// <param name="content">The pages, one after the other.</param>
/// <param name="lengths">Their lengths in bytes.</param>
/// <param name="pageCount">How many pages the PDF has.</param>
public sealed class ExtractedPages(Stream content, IReadOnlyList<int> lengths, int pageCount) : IAsyncDisposable
{
    private const int CopyBytes = 64 * 1024;

    /// <summary>Lengths of the pages in bytes, in the order in which they were asked for.</summary>
    public IReadOnlyList<int> Lengths { get; } = lengths;

    /// <summary>How many pages the PDF has.</summary>
    public int PageCount { get; } = pageCount;

    /// <summary>Writes the next page; each can be had once.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="index">Which of <see cref="Lengths"/>; 0 first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CopyToAsync(Stream target, int index, CancellationToken cancellationToken = default)
    {
        var buffer = new byte[Math.Min(CopyBytes, Lengths[index])];
        for (var left = Lengths[index]; left > 0;)
        {
            var part = buffer.AsMemory(0, Math.Min(left, buffer.Length));
            await content.ReadExactlyAsync(part, cancellationToken);
            await target.WriteAsync(part, cancellationToken);
            left -= part.Length;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => content.DisposeAsync();
}
