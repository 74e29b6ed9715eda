using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cozy.Storage.Documents;

/// <summary>
/// One revision of a document: how many edits lead to it and a hash that tells it from others of the same
/// generation. Written <c>generation-hash</c>, as CouchDB does.
/// </summary>
public readonly record struct Revision(int Generation, string Hash)
{
    /// <summary>Reads <c>generation-hash</c>; a generation of 0, or an empty hash, is not a revision.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Revision revision)
    {
        revision = default;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash <= 0 || dash == text!.Length - 1
            || !int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || generation == 0)
        {
            return false;
        }

        revision = new Revision(generation, text[(dash + 1)..]);
        return true;
    }

    /// <summary>Reads <c>generation-hash</c>.</summary>
    /// <exception cref="DocumentStoreException">The text is not a revision.</exception>
    public static Revision Parse(string text) =>
        TryParse(text, out var revision)
            ? revision
            : throw new DocumentStoreException(StoreError.InvalidDocument, "bad_request", "Invalid rev format");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Hash}");
}
