using System.Text;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Writes request targets.</summary>
internal static class CouchPath
{
    public static string Of(DatabaseName database) => Uri.EscapeDataString(database.ToString());

    public static string Of(DatabaseName database, string endpoint) => $"{Of(database)}/{endpoint}";

    /// <summary>The path of a document; the slash of <c>_design/</c> and <c>_local/</c> stays one.</summary>
    public static string OfDocument(DatabaseName database, string id)
    {
        foreach (var prefix in (ReadOnlySpan<string>)[DocumentId.DesignPrefix, DocumentId.LocalPrefix])
        {
            if (id.StartsWith(prefix, StringComparison.Ordinal))
                return $"{Of(database)}/{prefix}{Uri.EscapeDataString(id[prefix.Length..])}";
        }

        return $"{Of(database)}/{Uri.EscapeDataString(id)}";
    }

    public static string OfLocal(DatabaseName database, string id) => OfDocument(database, DocumentId.LocalPrefix + id);

    /// <summary>Adds options; those without a value are left out.</summary>
    public static string With(this string path, params ReadOnlySpan<(string Name, string? Value)> options)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in options)
        {
            if (value is null)
                continue;
            text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return text.ToString();
    }

    /// <summary>The value of a flag, left out when it is false.</summary>
    public static string? Flag(bool value) => value ? "true" : null;
}
