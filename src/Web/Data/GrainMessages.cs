using System.Buffers;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;

namespace Cozy.Web.Data;

/// <summary>What the handlers of CouchDB's protocol say and what grains say, translated into each other.</summary>
internal static class GrainMessages
{
    public static FactsQuery ToQuery(ReadOptions options) => new()
    {
        Revision = options.Revision?.ToString(),
        Latest = options.Latest,
        WithPath = options.WithRevisions,
        WithStates = options.WithRevisionsInfo,
        WithConflicts = options.WithConflicts,
        WithDeletedConflicts = options.WithDeletedConflicts,
        WithSequence = options.WithLocalSequence,
    };

    public static ListingQuery ToQuery(ListQuery query) => new()
    {
        Keys = query.Keys,
        StartKey = query.StartKey,
        EndKey = query.EndKey,
        ExcludeEnd = !query.InclusiveEnd,
        Descending = query.Descending,
        Limit = query.Limit ?? int.MaxValue,
        Skip = query.Skip,
        IncludeDocuments = query.IncludeDocuments,
        CountOffset = query.CountOffset,
    };

    public static FeedQuery ToQuery(ChangesQuery query) => new()
    {
        Since = query.Since,
        Limit = query.Limit ?? int.MaxValue,
        Descending = query.Descending,
        Skip = query.Skip,
        IncludeDocuments = query.IncludeDocuments,
        AllLeaves = query.AllLeaves,
        DocumentIds = query.DocumentIds?.ToArray(),
        CountPending = query.CountPending,
    };

    public static Edit ToMessage(DocumentEdit edit) => new(edit.Id, edit.Parent?.ToString(), edit.Deleted, edit.Members);

    public static Replica ToMessage(ReplicatedEdit edit) => new(edit.Id, edit.Path.ToMessage(), edit.Deleted, edit.Members);

    public static MangoQuery ToMessage(FindQuery query)
    {
        var body = new ArrayBufferWriter<byte>();
        query.WriteTo(body);
        return new MangoQuery(body.WrittenMemory, query.RequireIndex);
    }

    public static IReadOnlyList<string> ToMessage(this IEnumerable<Revision> revisions) =>
        revisions.Select(revision => revision.ToString()).ToArray();

    public static StoredDocument ToStored(this Document document) =>
        new(document.Id, Revision.Parse(document.Revision), document.Deleted, document.Members)
        {
            Details = document.Facts is { } facts ? ToDetails(facts) : null,
        };

    public static DocumentRow ToRow(ListingRow row)
    {
        Revision? revision = row.Revision is null ? null : Revision.Parse(row.Revision);
        return new DocumentRow(
            row.Id, revision, row.Deleted,
            row.Members is { } members ? new StoredDocument(row.Id, revision!.Value, row.Deleted, members) : null);
    }

    public static DocumentChange ToChange(FeedChange change)
    {
        var leaves = ToRevisions(change.Leaves);
        return new DocumentChange(
            change.Sequence, change.Id, leaves, change.Deleted,
            change.Members is { } members ? new StoredDocument(change.Id, leaves[0], change.Deleted, members) : null);
    }

    public static RevisionsDiff ToDiff(MissingRevisions missing) =>
        new(ToRevisions(missing.Missing), ToRevisions(missing.PossibleAncestors));

    public static EditResult ToResult(EditOutcome outcome)
    {
        if (outcome.Error is not { } error)
            return new EditResult(outcome.Id, Revision.Parse(outcome.Revision!), null);
        var kind = error == "conflict" ? StoreError.Conflict : StoreError.InvalidDocument;
        return new EditResult(outcome.Id, null, new DocumentStoreException(kind, error, outcome.Reason ?? error));
    }

    public static DocumentStoreException ToStoreFailure(CozyException failure) => failure switch
    {
        { Kind: ErrorKind.NotFound, Code: "wrong_doctype" } => DocumentStoreException.DatabaseMissing(),
        { Kind: ErrorKind.Unavailable, Code: "corrupt" } => As(StoreError.Corrupt, failure),
        { Kind: ErrorKind.NotFound } => As(StoreError.NotFound, failure),
        { Kind: ErrorKind.Conflict } => As(StoreError.Conflict, failure),
        { Kind: ErrorKind.TooLarge } => As(StoreError.TooLarge, failure),
        { Kind: ErrorKind.InsufficientStorage } => As(StoreError.Full, failure),
        { Kind: ErrorKind.Unavailable } => As(StoreError.Unavailable, failure),
        _ => As(StoreError.InvalidDocument, failure),
    };

    private static DocumentStoreException As(StoreError kind, CozyException failure) =>
        new(kind, failure.Code, failure.Message, failure);

    private static DocumentDetails ToDetails(RevisionFacts facts) => new()
    {
        Revisions = facts.Path is null ? null : ToRevisions(facts.Path),
        RevisionsInfo = facts.States?.Select(state => new RevisionInfo(Revision.Parse(state.Revision), state.Status)).ToArray(),
        Conflicts = facts.Conflicts is null ? null : ToRevisions(facts.Conflicts),
        DeletedConflicts = facts.DeletedConflicts is null ? null : ToRevisions(facts.DeletedConflicts),
        LocalSequence = facts.Sequence,
    };

    private static Revision[] ToRevisions(IReadOnlyList<string> texts) => texts.Select(Revision.Parse).ToArray();
}
