namespace Cozy.Storage.Documents.Sqlite;

/// <summary>The contents of the revisions that are not winners.</summary>
internal static class Bodies
{
    /// <summary>Reads the columns <c>members, attachments</c> that begin at one.</summary>
    public static RevisionBody Read(SqliteRow row, int column) => new(
        row.Bytes(column).ToArray(), ReadAttachments(row, column + 1));

    /// <summary>Reads the column <c>attachments</c>.</summary>
    public static byte[]? ReadAttachments(SqliteRow row, int column) =>
        row.IsNull(column) ? null : row.Bytes(column).ToArray();

    public static RevisionBody? Read(SqliteSession session, long doc, int number)
    {
        using var row = session.Query(
            "SELECT members, attachments FROM bodies WHERE doc = $1 AND number = $2", doc, number);
        return row.Read() ? Read(row, 0) : null;
    }

    public static void Insert(SqliteSession session, long doc, int number, in RevisionBody body) => session.Run(
        "INSERT INTO bodies(doc, number, members, attachments) VALUES ($1, $2, $3, $4)",
        doc, number, body.Members, body.Attachments);

    /// <summary>Takes a body out, to stand in the document's own row.</summary>
    /// <exception cref="DocumentStoreException">It is not there.</exception>
    public static RevisionBody Take(SqliteSession session, long doc, int number)
    {
        var body = Read(session, doc, number)
            ?? throw new DocumentStoreException(StoreError.Corrupt, "corrupt", "The content of a revision is missing.");
        session.Run("DELETE FROM bodies WHERE doc = $1 AND number = $2", doc, number);
        return body;
    }

    /// <summary>Drops bodies, and what only they had attached.</summary>
    /// <param name="session">The writer.</param>
    /// <param name="doc">The document.</param>
    /// <param name="numbers">Those to drop.</param>
    /// <param name="winner">What the winner, which is not among them, has attached.</param>
    public static void Drop(SqliteSession session, long doc, IReadOnlyCollection<int> numbers, byte[]? winner)
    {
        if (numbers.Count == 0)
            return;
        var attached = ReadAll(session, doc);
        foreach (var number in numbers)
            session.Run("DELETE FROM bodies WHERE doc = $1 AND number = $2", doc, number);
        Contents.DropUnused(
            session,
            attached.Where(a => numbers.Contains(a.Number)).Select(a => a.Attachment),
            attached.Where(a => !numbers.Contains(a.Number)).Select(a => a.Attachment).Concat(AttachmentList.Read(winner)));
    }

    /// <summary>What is attached to the revisions that are not the winner.</summary>
    public static IEnumerable<Attachment> ReadAttachments(SqliteSession session, long doc) =>
        ReadAll(session, doc).Select(a => a.Attachment);

    private static List<(int Number, Attachment Attachment)> ReadAll(SqliteSession session, long doc)
    {
        var all = new List<(int, Attachment)>();
        using var row = session.Query(
            "SELECT number, attachments FROM bodies WHERE doc = $1 AND attachments IS NOT NULL", doc);
        while (row.Read())
        {
            var number = (int)row.Number(0);
            all.AddRange(AttachmentList.Read(row.Bytes(1).ToArray()).Select(a => (number, a)));
        }

        return all;
    }
}
