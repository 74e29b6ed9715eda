using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Writes documents of one database inside the writer's transaction. Edits of one document are applied together, the
/// documents in the order of their ids: each that changes takes one sequence number.
/// </summary>
internal sealed class DocumentWriter(SqliteSession session, DatabaseState database, SqliteDocumentOptions options)
{
    private readonly IndexWriter _indexes = new(session, database);

    /// <summary>Applies ordinary edits; the results are in their order.</summary>
    public EditResult[] Edit(IReadOnlyList<DocumentEdit> edits)
    {
        var results = new EditResult[edits.Count];
        foreach (var group in InOrderOfIds(edits, e => e.Id))
        {
            Change(group.Key, results, group, change =>
            {
                foreach (var i in group)
                    results[i] = Apply(change, edits[i]);
            });
        }

        return results;
    }

    /// <summary>Adds revisions made elsewhere; returns the failures.</summary>
    public List<EditResult> Replicate(IReadOnlyList<ReplicatedEdit> edits)
    {
        var results = new EditResult?[edits.Count];
        foreach (var group in InOrderOfIds(edits, e => e.Id))
        {
            Change(group.Key, results, group, change =>
            {
                foreach (var i in group)
                    change.Merge(edits[i]);
            });
        }

        return results.OfType<EditResult>().ToList();
    }

    private static IEnumerable<IGrouping<string, int>> InOrderOfIds<T>(IReadOnlyList<T> edits, Func<T, string> id) =>
        Enumerable.Range(0, edits.Count).GroupBy(i => id(edits[i])).OrderBy(g => g.Key, Utf8Order.Instance);

    /// <summary>Loads a document, changes it and writes it; what is wrong with the document fails its edits only.</summary>
    private void Change(string id, EditResult?[] results, IEnumerable<int> edits, Action<DocumentChangeSet> change)
    {
        DocumentChangeSet changes;
        try
        {
            changes = new DocumentChangeSet(DocumentRecord.Load(session, database.Id, id), id);
            change(changes);
        }
        catch (DocumentStoreException failure)
        {
            foreach (var i in edits)
                results[i] = new EditResult(id, null, failure);
            return;
        }

        changes.Save(session, database, _indexes);
    }

    private EditResult Apply(DocumentChangeSet change, DocumentEdit edit)
    {
        var tree = change.Tree;
        var parent = edit.Parent is { Generation: > 0 } known ? known : (Revision?)null;
        if (tree.Winner < 0 && parent is not null)
        {
            if (!options.UnknownParentStartsHistory || database.DocumentCount + database.DeletedCount == 0)
                return EditResult.Conflict(edit.Id);
            var started = RevisionHash.Compute(parent, edit.Deleted, edit.Members.Span);
            change.Merge(new ReplicatedEdit(edit.Id, [started, parent.Value], edit.Deleted, edit.Members));
            return new EditResult(edit.Id, started, null);
        }

        var replaced = -1;
        if (tree.Winner >= 0)
        {
            replaced = ParentOf(tree, parent, edit.Deleted);
            if (replaced < 0)
                return EditResult.Conflict(edit.Id);
            parent = tree.Nodes[replaced].Revision;
        }

        var revision = RevisionHash.Compute(parent, edit.Deleted, edit.Members.Span);
        change.Append(replaced, revision, edit.Deleted, edit.Members);
        return new EditResult(edit.Id, revision, null);
    }

    /// <summary>The leaf an edit of an existing document replaces; -1 when it conflicts.</summary>
    private static int ParentOf(RevisionTree tree, Revision? parent, bool deleted)
    {
        var isDeleted = tree.WinnerNode.Deleted;
        if (parent is { } named)
            return isDeleted ? -1 : tree.FindLeaf(named);

        // A deleted document can be created again, and then goes on from its tombstone.
        return isDeleted && !deleted ? tree.Winner : -1;
    }
}
