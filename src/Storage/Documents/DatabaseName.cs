namespace Cozy.Storage.Documents;

/// <summary>
/// Names one logical database. Databases of one <see cref="Partition"/> (an instance, or <c>global</c>) live and
/// die together and, in the embedded engine, share one file.
/// </summary>
/// <param name="Partition">The part in front of the first slash of the CouchDB name; empty when there is none.</param>
/// <param name="Name">The rest of the CouchDB name, such as <c>io-cozy-files</c>.</param>
public readonly record struct DatabaseName(string Partition, string Name)
{
    /// <summary>The partition of documents that belong to no instance.</summary>
    public const string Global = "global";

    /// <summary>
    /// The database of a doctype, named as cozy-stack does: lower case, <c>.</c> and <c>:</c> become <c>-</c>.
    /// </summary>
    public static DatabaseName ForDoctype(string prefix, string doctype) =>
        new(prefix, doctype.ToLowerInvariant().Replace('.', '-').Replace(':', '-'));

    /// <summary>Splits a CouchDB database name (already percent-decoded) at its first slash.</summary>
    public static DatabaseName Parse(string couchName)
    {
        var slash = couchName.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new DatabaseName("", couchName)
            : new DatabaseName(couchName[..slash], couchName[(slash + 1)..]);
    }

    /// <summary>The CouchDB database name, not percent-encoded.</summary>
    public override string ToString() => Partition.Length == 0 ? Name : $"{Partition}/{Name}";
}
