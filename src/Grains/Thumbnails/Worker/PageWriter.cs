using System.Diagnostics;
using System.Runtime;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>Answers with pages of a PDF, as far as one answer's time and room last. Only for a worker's process.</summary>
internal static class PageWriter
{
    /// <summary>Answers a request.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The PDF.</param>
    /// <param name="numbers">The pages wanted; none to learn how many there are.</param>
    /// <param name="maxBytes">
    /// Longest page; longer ones count as broken. An answer that is longer than that gets no other page, since the server has to
    /// keep it.
    /// </param>
    /// <param name="time">How long one answer may take; after half of it no other page is begun.</param>
    public static async Task WriteAsync(Stream output, byte[] content, IReadOnlyList<int> numbers, long maxBytes, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        await WritePagesAsync(output, content, numbers, maxBytes, () => Stopwatch.GetElapsedTime(started) > time / 2);
        await output.FlushAsync();
        // Next may be an image, which needs the memory elsewhere.
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
    }

    private static async Task WritePagesAsync(
        Stream output, byte[] content, IReadOnlyList<int> numbers, long maxBytes, Func<bool> isLate)
    {
        var (source, state) = PdfPageSource.Open(content);
        using var _ = source;
        await WorkerProtocol.WriteFactsAsync(output, new PdfFacts(state, source?.Count ?? 0));
        if (source is null || numbers.Any(number => number < 1 || number > source.Count))
            return;

        var written = 0L;
        foreach (var (index, number) in numbers.Index())
        {
            if (index > 0 && (written >= maxBytes || isLate()))
            {
                await WorkerProtocol.WriteNumberAsync(output, WorkerProtocol.Later);
                return;
            }

            var page = source.Extract(number) is { } made && made.Length <= maxBytes ? made : [];
            await WorkerProtocol.WriteBlockAsync(output, page);
            written += page.Length;
        }
    }
}
