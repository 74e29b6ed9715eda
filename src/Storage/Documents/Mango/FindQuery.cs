using System.Buffers;

namespace Cozy.Storage.Documents.Mango;

/// <summary>A field to sort by, or one that an index has.</summary>
/// <param name="Field">The field, with dots between its parts.</param>
/// <param name="Descending">From the greatest to the least. An index serves both directions.</param>
public sealed record SortField(string Field, bool Descending = false);

/// <summary>An index that a query would like to use.</summary>
/// <param name="DesignDocument">The design document it is in, with or without <c>_design/</c>.</param>
/// <param name="Name">Its name there; null for any of the document's.</param>
public sealed record IndexHint(string DesignDocument, string? Name = null)
{
    /// <summary>The name behind <c>_design/</c>.</summary>
    public string DesignName => DesignDocument.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal)
        ? DesignDocument[DocumentId.DesignPrefix.Length..]
        : DesignDocument;

    /// <summary>Whether the hint means this index.</summary>
    public bool Means(MangoIndex index) =>
        index.DesignDocument == DocumentId.DesignPrefix + DesignName && (Name is null || Name == index.Name);
}

/// <summary>A Mango query (CouchDB's <c>_find</c>).</summary>
public sealed record FindQuery
{
    /// <summary>Which documents. Design documents never are among them.</summary>
    public required Selector Selector { get; init; }

    /// <summary>Which fields of the documents to tell; none for whole documents.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>
    /// The order, all in one direction. It takes an index to sort; without one, and without a sort, documents come in
    /// the order of the index that serves the query, or of their ids.
    /// </summary>
    public IReadOnlyList<SortField> Sort { get; init; } = [];

    /// <summary>At most so many documents.</summary>
    public int Limit { get; init; } = 25;

    /// <summary>How many documents to leave out in front.</summary>
    public int Skip { get; init; }

    /// <summary>Where an earlier answer ended (<see cref="FindResult.Bookmark"/>); null to begin.</summary>
    public string? Bookmark { get; init; }

    /// <summary>An index to prefer; one with a partial filter is used only when it is named. Null for any.</summary>
    public IndexHint? UseIndex { get; init; }

    /// <summary>Whether another index may be used when <see cref="UseIndex"/> does not fit.</summary>
    public bool AllowFallback { get; init; } = true;

    /// <summary>Whether to fail rather than to read every document of the database because no index fits.</summary>
    public bool RequireIndex { get; init; }

    /// <summary>Whether documents tell their conflicts, in <c>_conflicts</c>.</summary>
    public bool Conflicts { get; init; }

    /// <summary>Whether to tell <see cref="FindResult.Statistics"/>.</summary>
    public bool ExecutionStatistics { get; init; }

    /// <summary>How many copies of a document must agree (CouchDB's <c>r</c>); of use to clusters only.</summary>
    public int ReadQuorum { get; init; } = 1;

    /// <summary>CouchDB's <c>update</c>: whether the index is brought up to date first. It always is in the embedded engine.</summary>
    public bool Update { get; init; } = true;

    /// <summary>CouchDB's <c>stable</c>; of use to clusters only.</summary>
    public bool Stable { get; init; }

    /// <summary>CouchDB's <c>stale</c>: the same as stable and not updated.</summary>
    public bool Stale { get; init; }

    /// <summary>Whether the order asked for is descending.</summary>
    public bool Descending => Sort is [{ Descending: true }, ..];

    /// <summary>Reads the body of a <c>_find</c> or <c>_explain</c> request.</summary>
    /// <exception cref="DocumentStoreException">It is not one, with CouchDB's words for why.</exception>
    public static FindQuery Parse(ReadOnlySpan<byte> json, MangoLimits? limits = null) =>
        FindBody.Parse(MangoJson.ParseObject(json), limits ?? MangoLimits.Default);

    /// <summary>Writes the body that <see cref="Parse"/> reads; <see cref="RequireIndex"/> has no place in it.</summary>
    public void WriteTo(IBufferWriter<byte> output) => FindBodyWriter.Write(this, output);
}
