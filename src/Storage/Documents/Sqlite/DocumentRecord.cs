using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>A document as its row has it.</summary>
internal sealed record DocumentRecord(long Doc, string Id, long Sequence, RevisionTree Tree, byte[] WinnerMembers)
{
    /// <summary>Reads a document; null when none of this id ever existed.</summary>
    public static DocumentRecord? Load(SqliteSession session, long database, string id)
    {
        using var row = session.Query(
            "SELECT doc, seq, tree, members FROM documents WHERE db = $1 AND id = CAST($2 AS TEXT)", database, id);
        return row.Read()
            ? new DocumentRecord(
                row.GetInt64(0), id, row.GetInt64(1), RevisionTreeFormat.Read(row.GetFieldValue<byte[]>(2)),
                row.GetFieldValue<byte[]>(3))
            : null;
    }

    /// <summary>The content of one revision of the tree; null when it is not there any more.</summary>
    public byte[]? ReadBody(SqliteSession session, int index)
    {
        if (index == Tree.Winner)
            return WinnerMembers;
        var number = Tree.Nodes[index].Body;
        if (number == 0)
            return null;
        using var row = session.Query("SELECT members FROM bodies WHERE doc = $1 AND number = $2", Doc, number);
        return row.Read() ? row.GetFieldValue<byte[]>(0) : null;
    }
}
