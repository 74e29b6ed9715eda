using Cozy.Storage.Documents.Attachments;
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
        Change(edits, e => e.Id, e => e.Attachments, results, (change, i) => results[i] = Apply(change, edits[i]));
        return results;
    }

    /// <summary>Adds revisions made elsewhere; returns the failures.</summary>
    public List<EditResult> Replicate(IReadOnlyList<ReplicatedEdit> edits)
    {
        var results = new EditResult?[edits.Count];
        Change(edits, e => e.Id, e => e.Attachments, results, (change, i) => change.Merge(edits[i]));
        return results.OfType<EditResult>().ToList();
    }

    private void Change<T>(
        IReadOnlyList<T> edits, Func<T, string> id, Func<T, IReadOnlyList<AttachmentEdit>> attachments, EditResult?[] results,
        Action<DocumentChangeSet, int> apply)
    {
        // A reference to an attachment that is not there refuses the whole request: found out before anything is written.
        var refers = edits.Any(e => attachments(e).Any(a => a.Data is null));
        foreach (var save in refers ? (ReadOnlySpan<bool>)[false, true] : [true])
        {
            foreach (var group in InOrderOfIds(edits, id))
                Change(group.Key, results, group, apply, save);
            if (!save && results.Any(r => r?.Failure is { Error: AttachmentResolver.Missing }))
                return;
        }
    }

    private static IEnumerable<IGrouping<string, int>> InOrderOfIds<T>(IReadOnlyList<T> edits, Func<T, string> id) =>
        Enumerable.Range(0, edits.Count).GroupBy(i => id(edits[i])).OrderBy(g => g.Key, Utf8Order.Instance);

    /// <summary>Loads a document, changes it and writes it; what is wrong with an edit fails that one only.</summary>
    private void Change(string id, EditResult?[] results, IEnumerable<int> edits, Action<DocumentChangeSet, int> apply, bool save)
    {
        DocumentRecord? before;
        try
        {
            before = DocumentRecord.Load(session, database.Id, id);
        }
        catch (DocumentStoreException failure)
        {
            foreach (var i in edits)
                results[i] = new EditResult(id, null, failure);
            return;
        }

        var changes = new DocumentChangeSet(session, before, id);
        foreach (var i in edits)
        {
            try
            {
                apply(changes, i);
            }
            catch (DocumentStoreException failure) when (failure.Kind == StoreError.InvalidDocument)
            {
                results[i] = new EditResult(id, null, failure);
            }
        }

        if (save)
            changes.Save(database, _indexes);
    }

    private EditResult Apply(DocumentChangeSet change, DocumentEdit edit)
    {
        var tree = change.Tree;
        var parent = edit.Parent is { Generation: > 0 } known ? known : (Revision?)null;
        if (tree.Winner < 0 && parent is not null)
        {
            return options.UnknownParentStartsHistory && database.DocumentCount + database.DeletedCount > 0
                ? new EditResult(edit.Id, change.Start(parent.Value, edit), null)
                : EditResult.Conflict(edit.Id);
        }

        var replaced = -1;
        if (tree.Winner >= 0)
        {
            replaced = ParentOf(tree, parent, edit.Deleted);
            if (replaced < 0)
                return EditResult.Conflict(edit.Id);
        }

        return new EditResult(edit.Id, change.Append(replaced, edit), null);
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
