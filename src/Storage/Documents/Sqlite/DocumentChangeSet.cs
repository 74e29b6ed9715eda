using Cozy.Storage.Documents.Attachments;
using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>What a batch does to one document, collected in memory and then written once.</summary>
internal sealed class DocumentChangeSet(SqliteSession session, DocumentRecord? before, string id)
{
    private readonly Dictionary<int, NewBody> _newBodies = [];
    private int _nextBody = before?.Tree.NextBody() ?? 1;
    private bool _purged;
    private byte[]? _winnerAttachments;
    private List<Attachment>? _known;

    public RevisionTree Tree { get; private set; } = before?.Tree ?? RevisionTree.Empty;

    /// <summary>Adds the revision of an ordinary edit that replaces a leaf; -1 for the first of the document.</summary>
    /// <exception cref="DocumentStoreException">An attachment is referred to that is not there.</exception>
    public Revision Append(int leaf, DocumentEdit edit)
    {
        var parent = leaf < 0 ? (Revision?)null : Tree.Nodes[leaf].Revision;
        var (revision, body) = Make(parent, edit, () => AttachmentsOf(leaf));
        _newBodies.Add(_nextBody, body);
        Tree = Tree.Append(leaf, revision, edit.Deleted, _nextBody++);
        return revision;
    }

    /// <summary>Starts a history at the revision an edit names as its parent.</summary>
    /// <exception cref="DocumentStoreException">An attachment is referred to that is not there.</exception>
    public Revision Start(Revision parent, DocumentEdit edit)
    {
        var (revision, body) = Make(parent, edit, () => []);
        _newBodies.Add(_nextBody, body);
        Tree = Tree.Merge([revision, parent], edit.Deleted, _nextBody++);
        return revision;
    }

    /// <summary>Adds a revision made elsewhere; nothing happens when it is known.</summary>
    /// <exception cref="DocumentStoreException">An attachment is referred to that is not there.</exception>
    public void Merge(ReplicatedEdit edit)
    {
        var merged = Tree.Merge(edit.Path, edit.Deleted, _nextBody);
        if (merged == Tree)
            return;

        // Only what the tree refers to is kept: the revision may have been known, and only its history new.
        if (merged.Nodes.Any(n => n.Body == _nextBody))
        {
            var attachments = AttachmentResolver.Resolve(
                id, edit.Attachments, () => AttachmentsOf(NearestAncestor(edit.Path)), edit.Path[0].Generation);
            _newBodies.Add(_nextBody++, new NewBody(edit.Members, attachments));
        }

        Tree = merged;
    }

    /// <summary>Takes leaves out as if they had never been, and tells which it found.</summary>
    public List<Revision> Purge(IReadOnlyList<Revision> revisions)
    {
        var purged = new List<Revision>();
        foreach (var revision in revisions)
        {
            if (Tree.FindLeaf(revision) is not (>= 0 and var leaf))
                continue;
            Tree = Tree.RemoveLeaf(leaf);
            purged.Add(revision);
            _purged = true;
        }

        return purged;
    }

    /// <summary>Writes the document under the next sequence number, if it changed.</summary>
    public void Save(DatabaseState database, IndexWriter indexes)
    {
        if (Tree.Winner < 0 || Tree == before?.Tree)
            return;
        var whole = Tree;
        Tree = Tree.Stem(database.RevisionsLimit);

        // All that was new was beyond the limit: an old history that came again.
        if (before is not null && Tree.Nodes.SequenceEqual(before.Tree.Nodes))
            return;
        database.UpdateSequence++;
        var doc = before is null ? Insert(database, indexes) : Update(database, indexes, before);
        database.Superseded += Tree.CountSuperseded() - (before?.Tree.CountSuperseded() ?? 0);

        if (_purged || Tree != whole)
            DropBodies(doc, whole);
    }

    /// <summary>Drops what a purge or the limit has taken out of the tree.</summary>
    private void DropBodies(long doc, RevisionTree whole)
    {
        var known = whole.Nodes.Select(n => n.Body).Concat(before?.Tree.Nodes.Select(n => n.Body) ?? []);
        var kept = Tree.Nodes.Select(n => n.Body).ToHashSet();
        Bodies.Drop(session, doc, known.Where(n => n > 0 && !kept.Contains(n)).ToHashSet(), _winnerAttachments);
    }

    private long Insert(DatabaseState database, IndexWriter indexes)
    {
        var winner = Tree.WinnerNode;
        var body = Materialize(database, winner.Body);
        session.Run(
            "INSERT INTO documents(db, seq, deleted, generation, id, hash, tree, members, attachments) VALUES ($1, $2, $3, $4, CAST($5 AS TEXT), CAST($6 AS TEXT), $7, $8, $9)",
            database.Id, database.UpdateSequence, winner.Deleted, winner.Generation, id, winner.Key.ToString(),
            RevisionTreeFormat.Write(Tree), body.Members, body.Attachments);
        var doc = session.LastInsertedRow;
        if (winner.Deleted)
            database.DeletedCount++;
        else
            database.DocumentCount++;
        database.Bytes += body.Members.Length;
        InsertBodies(database, doc, winner.Body);
        _winnerAttachments = body.Attachments;
        if (indexes.Concerns(id))
            indexes.Changed(doc, null, new StoredDocument(id, winner.Revision, winner.Deleted, body.Members));
        return doc;
    }

    private long Update(DatabaseState database, IndexWriter indexes, DocumentRecord old)
    {
        var (winner, was) = (Tree.WinnerNode, old.Tree.WinnerNode);
        var body = old.Winner;
        if (winner.Body != was.Body)
        {
            body = _newBodies.ContainsKey(winner.Body) ? Materialize(database, winner.Body) : Bodies.Take(session, old.Doc, winner.Body);
            Bodies.Insert(session, old.Doc, was.Body, old.Winner);
        }

        InsertBodies(database, old.Doc, winner.Body);
        session.Run(
            "UPDATE documents SET seq = $2, deleted = $3, generation = $4, hash = CAST($5 AS TEXT), tree = $6, members = $7, attachments = $8 WHERE doc = $1",
            old.Doc, database.UpdateSequence, winner.Deleted, winner.Generation, winner.Key.ToString(),
            RevisionTreeFormat.Write(Tree), body.Members, body.Attachments);
        if (winner.Deleted != was.Deleted)
        {
            database.DeletedCount += winner.Deleted ? 1 : -1;
            database.DocumentCount += winner.Deleted ? -1 : 1;
        }

        database.Bytes += body.Members.Length - old.Winner.Members.Length;
        _winnerAttachments = body.Attachments;
        if (indexes.Concerns(id))
            indexes.Changed(old.Doc, old.WinnerDocument, new StoredDocument(id, winner.Revision, winner.Deleted, body.Members));
        return old.Doc;
    }

    private void InsertBodies(DatabaseState database, long doc, int winner)
    {
        foreach (var number in _newBodies.Keys)
        {
            if (number != winner)
                Bodies.Insert(session, doc, number, Materialize(database, number));
        }
    }

    private (Revision Revision, NewBody Body) Make(
        Revision? parent, DocumentEdit edit, Func<IReadOnlyList<Attachment>> before)
    {
        var generation = (parent?.Generation ?? 0) + 1;
        var attachments = AttachmentResolver.Resolve(id, edit.Attachments, before, generation);
        var revision = RevisionHash.Compute(
            parent, edit.Deleted, edit.Members.Span, attachments.ConvertAll(a => a.Attachment));
        return (revision, new NewBody(edit.Members, attachments));
    }

    private int NearestAncestor(IReadOnlyList<Revision> path) =>
        path.Skip(1).Select(Tree.Find).FirstOrDefault(i => i >= 0 && Tree.Nodes[i].Body > 0, -1);

    private IReadOnlyList<Attachment> AttachmentsOf(int index)
    {
        if (index < 0 || Tree.Nodes[index].Body is not (> 0 and var number))
            return [];
        if (_newBodies.TryGetValue(number, out var written))
            return written.Attachments.ConvertAll(a => a.Attachment);
        var body = number == before!.Tree.WinnerNode.Body ? before.Winner : Bodies.Read(session, before.Doc, number);
        return AttachmentList.Read(body?.Attachments);
    }

    /// <summary>Writes what is attached to a new body, once, and says where it is.</summary>
    private RevisionBody Materialize(DatabaseState database, int number)
    {
        var body = _newBodies[number];
        for (var i = 0; i < body.Attachments.Count; i++)
        {
            if (body.Attachments[i].Data is not { } data)
                continue;
            var attachment = body.Attachments[i].Attachment;
            var content = FindContent(attachment) ?? Contents.Insert(session, database.Id, data);
            body.Attachments[i] = new NewAttachment(attachment with { Content = content }, null);
        }

        return new RevisionBody(body.Members, AttachmentList.Write(body.Attachments.ConvertAll(a => a.Attachment)));
    }

    /// <summary>Replicators send all of a document's attachments with each revision: the same bytes are kept once.</summary>
    private long? FindContent(Attachment wanted)
    {
        _known ??= before is null ? [] : [.. AttachmentList.Read(before.Winner.Attachments), .. Bodies.ReadAttachments(session, before.Doc)];
        return _known
            .Concat(_newBodies.Values.SelectMany(b => b.Attachments).Where(a => a.Data is null).Select(a => a.Attachment))
            .FirstOrDefault(a => a.Digest == wanted.Digest && a.StoredLength == wanted.StoredLength && a.Encoding == wanted.Encoding)
            ?.Content;
    }

    private sealed record NewBody(ReadOnlyMemory<byte> Members, List<NewAttachment> Attachments);
}
