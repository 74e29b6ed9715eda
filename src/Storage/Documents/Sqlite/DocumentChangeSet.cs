using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>What a batch does to one document, collected in memory and then written once.</summary>
internal sealed class DocumentChangeSet(DocumentRecord? before, string id)
{
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _newBodies = [];
    private int _nextBody = before?.Tree.NextBody() ?? 1;

    public RevisionTree Tree { get; private set; } = before?.Tree ?? RevisionTree.Empty;

    /// <summary>Adds a revision that replaces a leaf; -1 for the first of the document.</summary>
    public void Append(int leaf, Revision revision, bool deleted, ReadOnlyMemory<byte> members)
    {
        _newBodies.Add(_nextBody, members);
        Tree = Tree.Append(leaf, revision, deleted, _nextBody++);
    }

    /// <summary>Adds a revision made elsewhere; nothing happens when it is known.</summary>
    public void Merge(ReplicatedEdit edit)
    {
        var merged = Tree.Merge(edit.Path, edit.Deleted, _nextBody);
        if (merged == Tree)
            return;

        // Only what the tree refers to is kept: the revision may have been known, and only its history new.
        if (merged.Nodes.Any(n => n.Body == _nextBody))
            _newBodies.Add(_nextBody++, edit.Members);
        Tree = merged;
    }

    /// <summary>Writes the document under the next sequence number, if it changed.</summary>
    public void Save(SqliteSession session, DatabaseState database, IndexWriter indexes)
    {
        if (Tree.Winner < 0 || Tree == before?.Tree)
            return;
        var whole = Tree;
        Tree = Tree.Stem(database.RevisionsLimit);
        database.UpdateSequence++;
        var winner = Tree.WinnerNode;
        if (before is null)
            Insert(session, database, indexes, winner);
        else
            Update(session, database, indexes, before, winner);
        if (Tree != whole)
            DropStemmedBodies(session, database, whole);
    }

    private void Insert(SqliteSession session, DatabaseState database, IndexWriter indexes, RevisionNode winner)
    {
        var members = _newBodies[winner.Body];
        session.Run(
            "INSERT INTO documents(db, seq, deleted, generation, id, hash, tree, members) VALUES ($1, $2, $3, $4, CAST($5 AS TEXT), CAST($6 AS TEXT), $7, $8)",
            database.Id, database.UpdateSequence, winner.Deleted, winner.Generation, id, winner.Key.ToString(),
            RevisionTreeFormat.Write(Tree), members);
        if (winner.Deleted)
            database.DeletedCount++;
        else
            database.DocumentCount++;
        database.Bytes += members.Length;
        if (_newBodies.Count <= 1 && !indexes.Concerns(id))
            return;
        var doc = session.Number("SELECT last_insert_rowid()");
        InsertBodies(session, doc, winner.Body);
        indexes.Changed(doc, null, new StoredDocument(id, winner.Revision, winner.Deleted, members));
    }

    private void Update(
        SqliteSession session, DatabaseState database, IndexWriter indexes, DocumentRecord old, RevisionNode winner)
    {
        var was = old.Tree.WinnerNode;
        ReadOnlyMemory<byte> members = old.WinnerMembers;
        if (winner.Body != was.Body)
        {
            members = _newBodies.TryGetValue(winner.Body, out var written) ? written : TakeBody(session, old.Doc, winner.Body);
            session.Run("INSERT INTO bodies(doc, number, members) VALUES ($1, $2, $3)", old.Doc, was.Body, old.WinnerMembers);
        }

        InsertBodies(session, old.Doc, winner.Body);
        session.Run(
            "UPDATE documents SET seq = $2, deleted = $3, generation = $4, hash = CAST($5 AS TEXT), tree = $6, members = $7 WHERE doc = $1",
            old.Doc, database.UpdateSequence, winner.Deleted, winner.Generation, winner.Key.ToString(),
            RevisionTreeFormat.Write(Tree), members);
        if (winner.Deleted != was.Deleted)
        {
            database.DeletedCount += winner.Deleted ? 1 : -1;
            database.DocumentCount += winner.Deleted ? -1 : 1;
        }

        database.Bytes += members.Length - old.WinnerMembers.Length;
        if (indexes.Concerns(id))
        {
            indexes.Changed(
                old.Doc,
                new StoredDocument(id, was.Revision, was.Deleted, old.WinnerMembers),
                new StoredDocument(id, winner.Revision, winner.Deleted, members));
        }
    }

    private void InsertBodies(SqliteSession session, long doc, int winner)
    {
        foreach (var (number, members) in _newBodies)
        {
            if (number != winner)
                session.Run("INSERT INTO bodies(doc, number, members) VALUES ($1, $2, $3)", doc, number, members);
        }
    }

    /// <summary>The body of a leaf that becomes the winner moves into the document's row.</summary>
    private static byte[] TakeBody(SqliteSession session, long doc, int number)
    {
        byte[] members;
        using (var row = session.Query("SELECT members FROM bodies WHERE doc = $1 AND number = $2", doc, number))
        {
            if (!row.Read())
                throw new DocumentStoreException(StoreError.Corrupt, "corrupt", "The content of a revision is missing.");
            members = row.GetFieldValue<byte[]>(0);
        }

        session.Run("DELETE FROM bodies WHERE doc = $1 AND number = $2", doc, number);
        return members;
    }

    private void DropStemmedBodies(SqliteSession session, DatabaseState database, RevisionTree whole)
    {
        var doc = before?.Doc ?? session.Number(
            "SELECT doc FROM documents WHERE db = $1 AND id = CAST($2 AS TEXT)", database.Id, id);
        var kept = Tree.Nodes.Select(n => n.Body).ToHashSet();
        foreach (var number in whole.Nodes.Select(n => n.Body).Where(n => n > 0 && !kept.Contains(n)).Distinct())
            session.Run("DELETE FROM bodies WHERE doc = $1 AND number = $2", doc, number);
    }
}
