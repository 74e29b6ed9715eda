using System.Buffers;
using PdfSharp.Pdf;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// The resources of a page without those that it does not name. Many programs give all pages of a document the same
/// resources, which then hold the images of all of them.
/// </summary>
internal static class PdfPageResources
{
    // What holds contents; the rest is small.
    private static readonly string[] Kinds = ["/XObject", "/Font", "/Pattern", "/Shading"];

    private static readonly string[] Filters = ["/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"];

    private static readonly SearchValues<byte> Delimiters = SearchValues.Create("()<>[]{}/%"u8);

    /// <summary>A new dictionary; of everything when it cannot be told what is used.</summary>
    public static PdfDictionary UsedBy(PdfPage page)
    {
        var all = PdfPageCut.Find<PdfDictionary>(page.Elements["/Resources"]);
        var names = new HashSet<string>(StringComparer.Ordinal);
        return TryReadNames(page, names) && Pick(page, all, names) is var used && !MayUseMore(used) ? used : Pick(page, all, null);
    }

    private static PdfDictionary Pick(PdfPage page, PdfDictionary? all, HashSet<string>? names)
    {
        var picked = new PdfDictionary(page.Owner);
        foreach (var (kind, item) in all?.Elements.AsEnumerable() ?? [])
        {
            picked.Elements[kind] = names is not null && Kinds.Contains(kind) && PdfPageCut.Find<PdfDictionary>(item) is { } entries
                ? Take(page, entries.Elements.Where(entry => names.Contains(entry.Key) || !IsPlain(entry.Key)))
                : item!;
        }

        return picked;
    }

    private static PdfDictionary Take(PdfPage page, IEnumerable<KeyValuePair<string, PdfItem?>> entries)
    {
        var taken = new PdfDictionary(page.Owner);
        foreach (var (name, item) in entries.Where(entry => entry.Value is not null))
            taken.Elements[name] = item!;
        return taken;
    }

    // Drawings within drawings without resources of their own take the page's.
    private static bool MayUseMore(PdfDictionary resources) => PdfPageCut
        .Walk(resources.Elements.Values)
        .OfType<PdfDictionary>()
        .Any(part => part.Elements["/Resources"] is null && IsDrawing(part));

    private static bool IsDrawing(PdfDictionary part) =>
        (part.Stream is not null && part.Elements["/Subtype"]?.ToString() == "/Form")
        || part.Elements["/Subtype"]?.ToString() == "/Type3";

    private static bool TryReadNames(PdfPage page, HashSet<string> names)
    {
        var contents = PdfPageCut.Find<PdfItem>(page.Elements["/Contents"]);
        foreach (var item in contents is PdfArray array ? array.Elements : Enumerable.Repeat(contents, 1))
        {
            if (PdfPageCut.Find<PdfDictionary>(item) is not { Stream: not null } part || !CanDecode(part))
                return false;
            try
            {
                ReadNames(part.Stream.UnfilteredValue, names);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                return false;
            }
        }

        return true;
    }

    private static bool CanDecode(PdfDictionary part) =>
        part.Elements["/DecodeParms"] is null && PdfPageCut.Find<PdfItem>(part.Elements["/Filter"]) switch
        {
            null => true,
            PdfName name => Filters.Contains(name.Value),
            PdfArray list => list.Elements.All(item => item is PdfName name && Filters.Contains(name.Value)),
            _ => false,
        };

    private static void ReadNames(ReadOnlySpan<byte> content, HashSet<string> names)
    {
        while (content.IndexOf((byte)'/') is var slash and >= 0)
        {
            content = content[(slash + 1)..];
            var length = content.IndexOfAnyExceptInRange((byte)'!', (byte)'~') is var end and >= 0 ? end : content.Length;
            if (content[..length].IndexOfAny(Delimiters) is var delimiter and >= 0)
                length = delimiter;
            names.Add("/" + System.Text.Encoding.ASCII.GetString(content[..length]));
        }
    }

    // Others can be written in several ways.
    private static bool IsPlain(string name) => name.AsSpan(1).IndexOfAnyExceptInRange('$', '~') < 0;
}
