using System.Text;

namespace Cozy.Storage.Documents;

/// <summary>Which ids a document may have.</summary>
public static class DocumentId
{
    /// <summary>Begins the id of a design document.</summary>
    public const string DesignPrefix = "_design/";

    /// <summary>Begins the id of a local document where it is written in full.</summary>
    public const string LocalPrefix = "_local/";

    /// <summary>Why no document may have this id; null when one may.</summary>
    public static DocumentStoreException? Check(string id)
    {
        if (id.Length == 0)
            return Illegal("Document id must not be empty");
        if (id[0] == '_')
        {
            if (id is DesignPrefix or LocalPrefix)
                return Illegal($"Illegal document id `{id}`");
            if (!id.StartsWith(DesignPrefix, StringComparison.Ordinal) && !id.StartsWith(LocalPrefix, StringComparison.Ordinal))
                return Illegal("Only reserved document ids may start with underscore.");
        }

        return IsWellFormed(id) ? null : Illegal("Document id must be valid UTF-8");
    }

    private static bool IsWellFormed(string id)
    {
        for (ReadOnlySpan<char> rest = id; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }

    private static DocumentStoreException Illegal(string reason) => DocumentStoreException.Invalid("illegal_docid", reason);
}
