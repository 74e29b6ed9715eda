using Cozy.Storage.Documents;

namespace Cozy.Grains.Doctypes;

/// <summary>What grains say and what the store says, translated into each other.</summary>
internal static class DoctypeMessages
{
    public static DocumentEdit ToStore(Edit edit) =>
        new(edit.Id, edit.Parent is null ? null : Revision.Parse(edit.Parent), edit.Deleted, edit.Members);

    public static ReplicatedEdit ToStore(Replica replica) =>
        new(replica.Id, replica.Path.Select(Revision.Parse).ToArray(), replica.Deleted, replica.Members);

    public static ReadOptions ToStore(FactsQuery query) => new()
    {
        Revision = query.Revision is null ? null : Revision.Parse(query.Revision),
        Latest = query.Latest,
        WithRevisions = query.WithPath,
        WithRevisionsInfo = query.WithStates,
        WithConflicts = query.WithConflicts,
        WithDeletedConflicts = query.WithDeletedConflicts,
        WithLocalSequence = query.WithSequence,
    };

    public static Document ToMessage(this StoredDocument document) =>
        new(document.Id, document.Revision.ToString(), document.Deleted, document.Members, ToMessage(document.Details));

    public static IReadOnlyList<string> ToMessage(this IEnumerable<Revision> revisions) =>
        revisions.Select(revision => revision.ToString()).ToArray();

    private static RevisionFacts? ToMessage(DocumentDetails? details) => details is null ? null : new RevisionFacts
    {
        Path = details.Revisions?.ToMessage(),
        States = details.RevisionsInfo?.Select(info => new RevisionState(info.Revision.ToString(), info.Status)).ToArray(),
        Conflicts = details.Conflicts?.ToMessage(),
        DeletedConflicts = details.DeletedConflicts?.ToMessage(),
        Sequence = details.LocalSequence,
    };
}
