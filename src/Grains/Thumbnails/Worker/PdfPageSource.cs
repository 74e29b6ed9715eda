using PdfSharp.Pdf;
using PdfSharp.Pdf.IO;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// A PDF whose pages can be had one by one, each as a document of its own. Only for a worker's process: what a hostile
/// content makes the library take, or how deep it makes it go, is bounded there and nowhere else.
/// </summary>
internal sealed class PdfPageSource : IDisposable
{
    private static readonly string[] Described = ["/Title", "/Author", "/Subject", "/Keywords", "/Creator"];

    private readonly PdfDocument _document;

    private PdfPageSource(PdfDocument document)
    {
        _document = document;
        // What the document says itself may be a lie.
        Count = document.Pages.Count;
    }

    /// <summary>How many pages there are.</summary>
    public int Count { get; }

    /// <summary>Opens a content; null, with the reason, when it has no pages to be had.</summary>
    public static (PdfPageSource? Source, PdfState State) Open(byte[] content)
    {
        try
        {
            // No password is known: a document that anybody may read has an empty one.
            var document = PdfReader.Open(
                new MemoryStream(content, writable: false), PdfDocumentOpenMode.Import, static arguments => arguments.Abort = true);
            return document is null ? (null, PdfState.Protected) : (new PdfPageSource(document), PdfState.Open);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The library throws whatever comes up when a content is not as it should be.
            return (null, PdfState.Unreadable);
        }
    }

    /// <summary>A page as a document; null when it is broken.</summary>
    /// <param name="number">1 for the first.</param>
    public byte[]? Extract(int number)
    {
        try
        {
            var page = _document.Pages[number - 1];
            PdfPageCut.Prepare(page);
            using var target = new PdfDocument();
            target.Version = Math.Max(_document.Version, 14);
            // Else each page gets a transparency group that it did not have.
            target.Options.ColorMode = PdfColorMode.Undefined;
            PdfPageCut.Complete(target.AddPage(page), page);
            Describe(target);
            using var output = new MemoryStream();
            target.Save(output, closeStream: false);
            return output.ToArray();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }

    public void Dispose() => _document.Dispose();

    private void Describe(PdfDocument target)
    {
        foreach (var key in Described)
        {
            // The library also writes them between the tags of an XML as they are.
            if (_document.Info.Elements.GetString(key) is { Length: > 0 } text && !text.AsSpan().ContainsAny('<', '&'))
                target.Info.Elements.SetString(key, text);
        }
    }
}
