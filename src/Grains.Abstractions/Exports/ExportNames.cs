namespace Cozy.Grains.Exports;

/// <summary>What documents are called in an export.</summary>
public static class ExportNames
{
    /// <summary>The path of a document, without a folder around it.</summary>
    /// <param name="doctype">Its doctype; null for none.</param>
    /// <param name="id">Its id, which may be any text: it never leads out of the folder.</param>
    public static string Of(string? doctype, string id)
    {
        var path = $"{string.Join('/', id.Split('/').Select(Safe))}.json";
        return doctype is null ? path : $"{Uri.EscapeDataString(doctype)}/{path}";
    }

    private static string Safe(string segment) => segment.Trim('.').Length == 0
        ? segment.Length == 0 ? "%2F" : string.Concat(Enumerable.Repeat("%2E", segment.Length))
        : segment.Any(c => char.IsControl(c) || c is '\\' or ':') ? Uri.EscapeDataString(segment) : segment;
}
