using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Indexes;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Keeps the indexes of one database in step with its documents, in the transaction that changes them. Whoever writes or
/// removes a document's row tells it.
/// </summary>
internal sealed class IndexWriter(SqliteSession session, DatabaseState database)
{
    private readonly IndexKeys _keys = new();

    /// <summary>Whether a change of this document can change an index.</summary>
    public bool Concerns(string id) => IsDesign(id) || StoredIndex.Load(session, database).Count > 0;

    /// <summary>A document's winner has changed.</summary>
    /// <param name="doc">The number of its row.</param>
    /// <param name="before">The winner until now; null when there was none.</param>
    /// <param name="after">The winner from now on; null when the document is gone without a trace.</param>
    public void Changed(long doc, StoredDocument? before, StoredDocument? after)
    {
        var id = (after ?? before)!.Id;
        if (IsDesign(id))
        {
            // Of an older file all design documents will be read, this one too.
            if (database.IndexVersion > 0)
                FollowDesign(id, after);
            return;
        }

        var indexes = StoredIndex.Load(session, database).Where(index => index.Has(id)).ToList();
        var old = Keys(indexes, before);
        var now = Keys(indexes, after);
        for (var i = 0; i < indexes.Count; i++)
        {
            if (old[i].AsSpan().SequenceEqual(now[i]) && (old[i] is null) == (now[i] is null))
                continue;
            if (old[i] is { } gone && !Delete(indexes[i], gone, id))
                Rebuild(indexes[i]);
            else if (now[i] is { } key)
                Insert(indexes[i], key, id, doc);
        }
    }

    /// <summary>Enters a document that was there before the index; it is written once only.</summary>
    public void Enter(StoredIndex index, long doc, StoredDocument document)
    {
        _keys.Read(document);
        if (_keys.Of(index.Index) is { } key)
            Insert(index, key, document.Id, doc);
    }

    /// <summary>Reads all design documents: those of a file that an older version wrote have no indexes yet.</summary>
    public void FollowAllDesigns()
    {
        var documents = new List<(string Id, byte[] Members)>();
        using (var row = session.Query(
            "SELECT CAST(id AS BLOB), members FROM documents WHERE db = $1 AND deleted = 0 AND id >= CAST($2 AS TEXT) AND id < CAST($3 AS TEXT)",
            database.Id, DocumentId.DesignPrefix, "_design0"))
        {
            while (row.Read())
                documents.Add((row.Text(0), row.Bytes(1).ToArray()));
        }

        database.IndexVersion++;
        foreach (var (id, members) in documents)
            FollowDesign(id, new StoredDocument(id, default, false, members));
    }

    /// <summary>Gives up what an index lists and builds it again under another number.</summary>
    public void Rebuild(StoredIndex index)
    {
        index.SetState(session, IndexState.Dropped);
        StoredIndex.Insert(session, database, index.Index);
        database.IndexVersion++;
    }

    /// <summary>Makes the indexes of a design document those that it asks for; equal ones stay as they are.</summary>
    private void FollowDesign(string id, StoredDocument? document)
    {
        var wanted = document is { Deleted: false }
            ? DesignDocument.Read(id, document.Members.Span, session.Queries)
            : [];
        var there = StoredIndex.Load(session, database)
            .Where(index => index.Index.DesignDocument == id && index.State != IndexState.Dropped)
            .ToList();
        var changed = false;
        foreach (var index in there)
        {
            if (wanted.RemoveAll(other => AreSame(other, index.Index)) > 0)
                continue;
            index.SetState(session, IndexState.Dropped);
            changed = true;
        }

        foreach (var index in wanted)
        {
            StoredIndex.Insert(session, database, index);
            changed = true;
        }

        if (!changed)
            return;
        database.IndexVersion++;

        // Of few documents the index is complete at once.
        foreach (var index in StoredIndex.Load(session, database).Where(index => index.State == IndexState.Building))
            IndexBuilder.EnterSome(session, database, this, index);
    }

    private static bool AreSame(MangoIndex a, MangoIndex b) =>
        StoredIndex.Definition(a).AsSpan().SequenceEqual(StoredIndex.Definition(b));

    private byte[]?[] Keys(List<StoredIndex> indexes, StoredDocument? document)
    {
        var keys = new byte[]?[indexes.Count];
        if (document is not { Deleted: false })
            return keys;
        _keys.Read(document);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = _keys.Of(indexes[i].Index);
        return keys;
    }

    private void Insert(StoredIndex index, byte[] key, string id, long doc) => session.Run(
        "INSERT OR REPLACE INTO index_entries(idx, key, id, doc) VALUES ($1, $2, CAST($3 AS TEXT), $4)", index.Id, key, id, doc);

    private bool Delete(StoredIndex index, byte[] key, string id) => session.Run(
        "DELETE FROM index_entries WHERE idx = $1 AND key = $2 AND id = CAST($3 AS TEXT)", index.Id, key, id) > 0;

    private static bool IsDesign(string id) => id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal);
}
