using PdfSharp.Pdf;
using PdfSharp.Pdf.Advanced;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// Cuts a page off from the rest of its document. Who gets one page must not get the others with it: links, form fields and
/// what pages share refer to all of them, and would take them along unseen.
/// </summary>
internal static class PdfPageCut
{
    // The library copies neither of these, but everything below the resources: so they travel there.
    private static readonly (string Key, string Luggage)[] Forgotten = [("/Group", "/CozyGroup"), ("/OCProperties", "/CozyLayers")];

    // What the library copies of a page.
    private static readonly string[] Copied =
        ["/Resources", "/Annots", "/Contents", "/MediaBox", "/CropBox", "/Rotate", "/BleedBox", "/TrimBox", "/ArtBox"];

    // Of an annotation: other parts of the document, and what happens when somebody looks.
    private static readonly string[] Outward = ["/P", "/Dest", "/AA", "/Kids"];

    private static readonly HashSet<string> WholeDocument = ["/Page", "/Pages", "/Catalog", "/StructElem", "/StructTreeRoot", "/Outlines"];

    /// <summary>Leaves of the page what is shown on it. The document is not to be saved after that.</summary>
    public static void Prepare(PdfPage page)
    {
        CutAnnotations(page);
        var resources = PdfPageResources.UsedBy(page);
        foreach (var (key, luggage) in Forgotten)
        {
            if ((page.Elements[key] ?? page.Owner.Internals.Catalog.Elements[key]) is { } item)
                resources.Elements[luggage] = item;
        }

        page.Elements["/Resources"] = resources;
        foreach (var part in Walk(Copied.Select(key => page.Elements[key])))
            CutReferences(part);
    }

    /// <summary>Adds to the copy of a page what the library leaves out.</summary>
    public static void Complete(PdfPage copy, PdfPage page)
    {
        var resources = Find<PdfDictionary>(copy.Elements["/Resources"])!;
        foreach (var (key, luggage) in Forgotten)
        {
            if (resources.Elements[luggage] is not { } item)
                continue;
            resources.Elements.Remove(luggage);
            (key == "/Group" ? copy.Elements : copy.Owner.Internals.Catalog.Elements)[key] = item;
        }

        if (page.Elements["/UserUnit"] is PdfReal or PdfInteger)
            copy.Elements["/UserUnit"] = page.Elements["/UserUnit"];
    }

    /// <summary>What an item is, or refers to; null when that is something else.</summary>
    public static T? Find<T>(PdfItem? item) where T : PdfItem => (item is PdfReference reference ? reference.Value : item) as T;

    /// <summary>All dictionaries and lists that can be reached, each once. They may be changed on the way.</summary>
    public static IEnumerable<PdfObject> Walk(IEnumerable<PdfItem?> from)
    {
        var seen = new HashSet<PdfObject>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<PdfItem?>(from);
        while (waiting.TryPop(out var item))
        {
            if (Find<PdfObject>(item) is not { } part || !seen.Add(part))
                continue;
            yield return part;
            foreach (var below in part is PdfDictionary dictionary ? dictionary.Elements.Values : Find<PdfArray>(part)?.Elements.ToArray() ?? [])
                waiting.Push(below);
        }
    }

    private static void CutAnnotations(PdfPage page)
    {
        var kept = new PdfArray(page.Owner);
        foreach (var item in Find<PdfArray>(page.Elements["/Annots"])?.Elements.ToArray() ?? [])
        {
            if (Find<PdfDictionary>(item) is not { } annotation)
                continue;
            foreach (var key in Outward)
                annotation.Elements.Remove(key);
            // An address may be followed; a script or a program is left behind.
            if (annotation.Elements["/A"] is { } action && !Is(Find<PdfDictionary>(action)?.Elements["/S"], "/URI"))
                annotation.Elements.Remove("/A");
            if (!Is(annotation.Elements["/Subtype"], "/Link") || annotation.Elements.ContainsKey("/A"))
                kept.Elements.Add(item);
        }

        if (page.Elements.ContainsKey("/Annots"))
            page.Elements["/Annots"] = kept;
    }

    private static void CutReferences(PdfObject part)
    {
        if (part is PdfDictionary dictionary)
        {
            dictionary.Elements.Remove("/Parent");
            foreach (var key in dictionary.Elements.Keys.ToArray())
            {
                if (IsWholeDocument(dictionary.Elements[key]))
                    dictionary.Elements.Remove(key);
            }
        }
        else if (part is PdfArray array)
        {
            for (var i = 0; i < array.Elements.Count; i++)
            {
                if (IsWholeDocument(array.Elements[i]))
                    array.Elements[i] = PdfNull.Value;
            }
        }
    }

    private static bool IsWholeDocument(PdfItem? item) =>
        Find<PdfDictionary>(item) is { } dictionary
        && (dictionary is PdfPage || WholeDocument.Any(type => Is(dictionary.Elements["/Type"], type)));

    private static bool Is(PdfItem? item, string name) =>
        item is PdfName direct ? direct.Value == name : Find<PdfNameObject>(item)?.Value == name;
}
