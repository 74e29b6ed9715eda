using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>The content of one revision: its members, and what is attached as <see cref="AttachmentList"/> writes it.</summary>
internal readonly record struct RevisionBody(ReadOnlyMemory<byte> Members, byte[]? Attachments);

/// <summary>A document as its row has it.</summary>
internal sealed record DocumentRecord(long Doc, string Id, long Sequence, RevisionTree Tree, RevisionBody Winner)
{
    private const string Columns = "doc, CAST(id AS BLOB), seq, tree, members, attachments";

    /// <summary>The winner, without its attachments.</summary>
    public StoredDocument WinnerDocument => new(Id, Tree.WinnerNode.Revision, Tree.WinnerNode.Deleted, Winner.Members);

    /// <summary>Reads a document; null when none of this id ever existed.</summary>
    public static DocumentRecord? Load(SqliteSession session, long database, string id)
    {
        using var row = session.Query(
            $"SELECT {Columns} FROM documents WHERE db = $1 AND id = CAST($2 AS TEXT)", database, id);
        return row.Read() ? Read(row) : null;
    }

    /// <summary>Reads a document by the number of its row.</summary>
    public static DocumentRecord? Load(SqliteSession session, long doc)
    {
        using var row = session.Query($"SELECT {Columns} FROM documents WHERE doc = $1", doc);
        return row.Read() ? Read(row) : null;
    }

    /// <summary>The content of one revision of the tree; null when it is not there any more.</summary>
    public RevisionBody? ReadBody(SqliteSession session, int index)
    {
        if (index == Tree.Winner)
            return Winner;
        var number = Tree.Nodes[index].Body;
        return number == 0 ? null : Bodies.Read(session, Doc, number);
    }

    private static DocumentRecord Read(SqliteRow row) => new(
        row.Number(0),
        row.Text(1),
        row.Number(2),
        RevisionTreeFormat.Read(row.Bytes(3)),
        Bodies.Read(row, 4));
}
