using Cozy.Grains.Exports;

namespace Cozy.Web.Exports;

/// <summary>Which files one archive of an export holds: those from one place in the order of their ids to the next.</summary>
/// <param name="Number">The how manieth archive it is; the first is 0.</param>
/// <param name="From">Where it begins; null for the beginning.</param>
/// <param name="To">Where the next one begins; null for the end.</param>
internal sealed record ExportPart(int Number, (string Doctype, string Id)? From, (string Doctype, string Id)? To)
{
    private const string Files = "io.cozy.files";
    private const string Versions = "io.cozy.files.versions";

    /// <summary>The archive that begins at a cursor, or the first for an empty one; null when none begins there.</summary>
    public static ExportPart? Find(Export export, string cursor)
    {
        var number = 0;
        if (cursor.Length > 0)
        {
            while (number < export.Cursors.Count && export.Cursors[number] != cursor)
                number++;
            if (number++ == export.Cursors.Count)
                return null;
        }

        return new ExportPart(number, Place(export, number - 1), Place(export, number));
    }

    /// <summary>The first and the last id (which is not in it) of a doctype's documents in it; null when there are none.</summary>
    /// <param name="doctype">Files or their versions, which come after all files.</param>
    public (string? First, string? End)? RangeOf(string doctype)
    {
        if (doctype == Files ? From?.Doctype == Versions : To?.Doctype == Files)
            return null;
        return (From?.Doctype == doctype ? From.Value.Id : null, To?.Doctype == doctype ? To.Value.Id : null);
    }

    private static (string Doctype, string Id)? Place(Export export, int index)
    {
        if (index < 0 || index >= export.Cursors.Count)
            return null;
        var slash = export.Cursors[index].IndexOf('/', StringComparison.Ordinal);
        return (export.Cursors[index][..slash], export.Cursors[index][(slash + 1)..]);
    }
}
