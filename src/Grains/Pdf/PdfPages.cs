using Cozy.Grains.Errors;
using Cozy.Grains.Thumbnails;
using Cozy.Grains.Thumbnails.Worker;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Pdf;

/// <summary>Has pages taken out by the processes that make thumbnails.</summary>
internal sealed class PdfPages(ThumbnailWorkers workers, IOptions<ThumbnailOptions> options, TimeProvider time) : IPdfPages
{
    private const string Input = "Page";

    private readonly ThumbnailOptions _options = options.Value;
    private readonly CostlyContents _costly = new(time);

    /// <inheritdoc/>
    public async Task<ExtractedPages> ExtractAsync(
        PdfSource source, IReadOnlyList<int> numbers, CancellationToken cancellationToken = default)
    {
        if (source.Length > _options.MaxFileBytes)
            throw new CozyException(ErrorKind.TooLarge, "too_large", $"Pages are taken out of files of {_options.MaxFileBytes} bytes at most.");
        if (numbers.FirstOrDefault(number => number < 1, 1) is not 1)
            throw Invalid("The first page is 1.");
        if (source.Length == 0)
            throw Explain(PdfState.Unreadable);
        if (_costly.Contains(source))
            throw TooCostly();

        var pages = Temporary();
        try
        {
            var (facts, lengths) = await RunAsync(source, numbers, pages, cancellationToken);
            Check(facts, lengths, numbers);
            await pages.FlushAsync(cancellationToken);
            pages.Position = 0;
            return new ExtractedPages(pages, lengths, facts.PageCount);
        }
        catch
        {
            await pages.DisposeAsync();
            throw;
        }
    }

    private async Task<(PdfFacts Facts, IReadOnlyList<int> Lengths)> RunAsync(
        PdfSource source, IReadOnlyList<int> numbers, Stream pages, CancellationToken cancellationToken)
    {
        using var wait = new CancellationTokenSource(_options.PageWait, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, cancellationToken);
        try
        {
            return await workers.ExtractAsync(
                source.InstanceId,
                source.OpenAsync,
                (worker, content, token) => worker.ExtractAsync(content, source.Length, numbers, _options.MaxFileBytes, pages, token),
                patience.Token,
                cancellationToken);
        }
        catch (WorkerGaveUpException)
        {
            _costly.Add(source);
            throw TooCostly();
        }
        catch (Exception failure) when (failure is WorkerUnavailableException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CozyException(ErrorKind.Unavailable, "busy", "Pages cannot be taken out of PDFs right now.");
        }
    }

    private static void Check(PdfFacts facts, IReadOnlyList<int> lengths, IReadOnlyList<int> numbers)
    {
        if (facts.State != PdfState.Open)
            throw Explain(facts.State);
        if (numbers.Any(number => number > facts.PageCount))
            throw Invalid($"The PDF has {facts.PageCount} pages.");
        if (lengths.Contains(0))
            throw Invalid("The page is broken, or too large.");
    }

    // On the disk, where a client that reads slowly costs no memory; gone as soon as it is closed.
    private static FileStream Temporary() => new(
        Path.Combine(Path.GetTempPath(), $"cozy-pages-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
        64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    private static CozyException Explain(PdfState state) => Invalid(
        state == PdfState.Protected ? "The PDF opens with a password only." : "The file is no PDF, or a broken one.");

    private static CozyException TooCostly() => Invalid("The PDF is broken, or needs more time or memory than it may have.");

    private static CozyException Invalid(string detail) => CozyException.Invalid(Input, detail);
}
