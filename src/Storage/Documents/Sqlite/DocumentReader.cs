using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Reads single documents of one database.</summary>
internal static class DocumentReader
{
    /// <summary>The winner and nothing else: the one read that must be fast.</summary>
    /// <exception cref="DocumentStoreException">The database is missing.</exception>
    public static StoredDocument? ReadWinner(SqliteSession session, string database, string id)
    {
        using (var row = session.Query(
            "SELECT d.generation, d.hash, d.deleted, d.members, d.attachments FROM databases b JOIN documents d ON d.db = b.id WHERE b.name = CAST($1 AS TEXT) AND d.id = CAST($2 AS TEXT)",
            database, id))
        {
            if (row.Read())
            {
                var revision = new Revision((int)row.Number(0), row.Text(1));
                return Document(id, revision, row.Number(2) != 0, Bodies.Read(row, 3));
            }
        }

        _ = DatabaseState.Load(session, database) ?? throw DocumentStoreException.DatabaseMissing();
        return null;
    }

    public static StoredDocument? Read(SqliteSession session, DatabaseState database, string id, ReadOptions options)
    {
        if (DocumentRecord.Load(session, database.Id, id) is not { } record)
            return null;
        var tree = record.Tree;

        // As in CouchDB, "latest" leads to the winner whichever revision was named.
        var named = options is { Revision: not null, Latest: false };
        var index = named ? tree.Find(options.Revision!.Value) : tree.Winner;
        if (index < 0 || record.ReadBody(session, index) is not { } body)
            return null;

        // Of histories with the same revision at their end the first is told, as in CouchDB.
        var details = Details(database, record, tree.FirstLike(index), options, named);
        return Document(record, index, body) with { Details = details };
    }

    /// <summary>Reads leaves, or the revisions named: those found by generation and hash, then those missing.</summary>
    public static List<LeafRead>? ReadLeaves(
        SqliteSession session, DatabaseState database, string id, IReadOnlyList<Revision>? revisions, bool latest,
        bool withRevisions)
    {
        if (DocumentRecord.Load(session, database.Id, id) is not { } record)
            return null;
        var tree = record.Tree;
        var missing = new List<Revision>();
        var found = new HashSet<int>(revisions is null ? tree.LeavesBestFirst() : []);
        foreach (var revision in revisions ?? [])
        {
            var index = tree.Find(revision);
            if (index < 0)
                missing.Add(revision);
            else if (latest)
                found.UnionWith(tree.LeavesFrom(index));
            else
                found.Add(index);
        }

        var details = new ReadOptions { WithRevisions = withRevisions };
        var reads = new List<LeafRead>();
        foreach (var (index, place) in tree.InTreeOrder(found).Select((index, place) => (index, place))
            .OrderBy(leaf => tree.Nodes[leaf.index], Comparer<RevisionNode>.Create((a, b) => a.CompareRevision(b))))
        {
            if (record.ReadBody(session, index) is not { } body)
            {
                missing.Add(tree.Nodes[index].Revision);
                continue;
            }

            var document = Document(record, index, body) with { Details = Details(database, record, index, details, true) };
            reads.Add(new LeafRead(document.Revision, document) { Place = place });
        }

        reads.AddRange(missing.Select(r => new LeafRead(r, null)));
        return reads;
    }

    /// <summary>Which of the revisions are not in the tree.</summary>
    public static RevisionsDiff? Diff(
        SqliteSession session, DatabaseState database, string id, IReadOnlyList<Revision> revisions)
    {
        if (revisions.Count == 0)
            return null;
        if (DocumentRecord.Load(session, database.Id, id) is not { } record)
            return new RevisionsDiff(revisions, []);
        var missing = record.Tree.Missing(revisions).OrderBy(r => r.Generation).ThenBy(r => RevisionKey.Parse(r.Hash)).ToList();
        return missing.Count == 0
            ? null
            : new RevisionsDiff(missing, record.Tree.PossibleAncestors(missing[^1].Generation));
    }

    public static StoredDocument Document(string id, Revision revision, bool deleted, in RevisionBody body)
    {
        var document = new StoredDocument(id, revision, deleted, body.Members);
        return body.Attachments is null ? document : document with { Attachments = AttachmentList.Read(body.Attachments) };
    }

    private static StoredDocument Document(DocumentRecord record, int index, in RevisionBody body) =>
        Document(record.Id, record.Tree.Nodes[index].Revision, record.Tree.Nodes[index].Deleted, body);

    /// <summary>Of a revision that was named, only its history is told, as in CouchDB.</summary>
    private static DocumentDetails? Details(
        DatabaseState database, DocumentRecord record, int index, ReadOptions options, bool named)
    {
        var tree = record.Tree;
        var whole = !named;
        if (!options.WithRevisions && !(whole && HasMore(options)))
            return null;
        return new DocumentDetails
        {
            Revisions = options.WithRevisions
                ? tree.PathFrom(index).Take(database.RevisionsLimit).Select(n => n.Revision).ToList()
                : null,
            RevisionsInfo = whole && options.WithRevisionsInfo
                ? tree.PathFrom(index).Select(n => new RevisionInfo(n.Revision, Status(n))).ToList()
                : null,
            Conflicts = whole && options.WithConflicts ? OtherLeaves(tree, deleted: false) : null,
            DeletedConflicts = whole && options.WithDeletedConflicts ? OtherLeaves(tree, deleted: true) : null,
            LocalSequence = whole && options.WithLocalSequence ? record.Sequence : null,
        };
    }

    private static bool HasMore(ReadOptions options) =>
        options.WithRevisionsInfo || options.WithConflicts || options.WithDeletedConflicts || options.WithLocalSequence;

    private static string Status(RevisionNode node) => node switch
    {
        { Body: 0 } => "missing",
        { Deleted: true } => "deleted",
        _ => "available",
    };

    internal static List<Revision> OtherLeaves(RevisionTree tree, bool deleted) =>
        tree.LeavesBestFirst().Where(i => i != tree.Winner && tree.Nodes[i].Deleted == deleted)
            .Select(i => tree.Nodes[i].Revision).ToList();
}
