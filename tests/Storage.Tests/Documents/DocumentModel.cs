using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Tests.Documents;

/// <summary>
/// Documents as the simplest thing that can be right: every revision with its parent and content. Paths made here
/// always reach back to a known revision or to generation 1, so a revision has one history.
/// </summary>
internal sealed class DocumentModel
{
    private readonly Dictionary<string, Dictionary<Revision, Node>> _documents = [];
    private readonly List<string> _feed = [];
    private int _made;

    /// <summary>How many revisions of each branch are remembered.</summary>
    public int Limit { get; init; } = int.MaxValue;

    public IEnumerable<string> Ids => _documents.Keys.Where(id => Get(id).Count > 0);

    /// <summary>Only leaves keep their contents.</summary>
    public void Compact()
    {
        foreach (var (id, nodes) in _documents)
        {
            var leaves = Leaves(id);
            foreach (var revision in nodes.Keys.Except(leaves).ToList())
                nodes[revision] = nodes[revision] with { Members = null };
        }
    }

    private void Stem(string id)
    {
        var nodes = Get(id);
        var kept = new HashSet<Revision>();
        foreach (var leaf in Leaves(id))
        {
            Revision? at = leaf;
            for (var i = 0; i < Limit && at is not null; i++)
            {
                kept.Add(at.Value);
                at = nodes[at.Value].Parent;
            }
        }

        foreach (var revision in nodes.Keys.Where(r => !kept.Contains(r)).ToList())
            nodes.Remove(revision);
        foreach (var (revision, node) in nodes.Where(n => n.Value.Parent is { } parent && !nodes.ContainsKey(parent)).ToList())
            nodes[revision] = node with { Parent = null };
    }

    public int Living => _documents.Keys.Count(id => Leaves(id).Count > 0 && !Get(id)[Winner(id)].Deleted);

    public int Deleted => _documents.Keys.Count(id => Leaves(id).Count > 0) - Living;

    public IEnumerable<string> Feed() => _feed;

    public List<Revision> Revisions(string id) => [.. Get(id).Keys.Order(Comparer<Revision>.Create(Compare))];

    public List<Revision> Leaves(string id)
    {
        var nodes = Get(id);
        var parents = nodes.Values.Select(n => n.Parent).ToHashSet();
        return nodes.Keys.Where(r => !parents.Contains(r)).Order(Comparer<Revision>.Create(Compare)).ToList();
    }

    public Revision Winner(string id) =>
        Leaves(id).OrderBy(r => !Get(id)[r].Deleted).ThenBy(r => r, Comparer<Revision>.Create(Compare)).Last();

    /// <summary>The revision an ordinary edit gets; null when it conflicts.</summary>
    public Revision? Edit(string id, Revision? parent, bool deleted, byte[] members)
    {
        var nodes = Get(id);
        if (nodes.Count > 0)
        {
            var isDeleted = nodes[Winner(id)].Deleted;
            if (parent is null && isDeleted && !deleted)
                parent = Winner(id);
            else if (parent is null || isDeleted || !Leaves(id).Contains(parent.Value))
                return null;
        }
        else if (parent is not null)
        {
            return null;
        }

        var revision = RevisionHash.Compute(parent, deleted, members);
        nodes[revision] = new Node(parent, deleted, Encoding.UTF8.GetString(members));
        Stem(id);
        Changed(id);
        return revision;
    }

    public void Replicate(IEnumerable<ReplicatedEdit> edits)
    {
        foreach (var document in edits.GroupBy(e => e.Id).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var before = Get(document.Key).ToDictionary();
            foreach (var edit in document)
                Replicate(edit);
            Stem(document.Key);
            var after = Get(document.Key);
            if (after.Count != before.Count || after.Any(n => !before.TryGetValue(n.Key, out var old) || old != n.Value))
                Changed(document.Key);
        }
    }

    /// <summary>A path that starts a new tree, extends a known revision, or is known already.</summary>
    public Revision[] RandomPath(string id, Random random)
    {
        var known = Revisions(id);
        var path = new List<Revision>();
        if (known.Count > 0 && random.Next(5) > 0)
        {
            for (Revision? r = known[random.Next(known.Count)]; r is not null; r = Get(id)[r.Value].Parent)
                path.Add(r.Value);
        }

        for (var i = random.Next(path.Count == 0 ? 1 : 0, 4); i > 0; i--)
        {
            var hash = random.Next(2) == 0 ? $"h{_made++}" : Guid.NewGuid().ToString("N");
            path.Insert(0, new Revision(path.Count == 0 ? 1 : path[0].Generation + 1, hash));
        }

        return [.. path];
    }

    public string Describe(string id, Revision leaf)
    {
        var path = new List<Revision>();
        for (Revision? r = leaf; r is not null; r = Get(id)[r.Value].Parent)
            path.Add(r.Value);
        return $"{string.Join(' ', path.Take(Limit))} {Get(id)[leaf].Deleted} {Get(id)[leaf].Members}";
    }

    public static string Describe(StoredDocument document) =>
        $"{string.Join(' ', document.Details!.Revisions!)} {document.Deleted} {Encoding.UTF8.GetString(document.Members.Span)}";

    private static int Compare(Revision a, Revision b) =>
        a.Generation != b.Generation
            ? a.Generation.CompareTo(b.Generation)
            : Bytes(a.Hash).AsSpan().SequenceCompareTo(Bytes(b.Hash));

    private static byte[] Bytes(string hash) =>
        hash.Length == 32 ? Convert.FromHexString(hash) : Encoding.UTF8.GetBytes(hash);

    private Dictionary<Revision, Node> Get(string id) =>
        _documents.TryGetValue(id, out var nodes) ? nodes : _documents[id] = [];

    private void Replicate(ReplicatedEdit edit)
    {
        var nodes = Get(edit.Id);
        for (var i = edit.Path.Count - 1; i >= 0; i--)
        {
            var parent = i + 1 < edit.Path.Count ? edit.Path[i + 1] : (Revision?)null;
            var known = nodes.TryGetValue(edit.Path[i], out var node);
            if (i == 0 && (!known || node!.Members is null))
                nodes[edit.Path[i]] = new Node(node?.Parent ?? parent, edit.Deleted, Encoding.UTF8.GetString(edit.Members.Span));
            else if (!known)
                nodes[edit.Path[i]] = new Node(parent, false, null);
            else if (node!.Parent is null)
                nodes[edit.Path[i]] = node with { Parent = parent };
        }
    }

    private void Changed(string id)
    {
        _feed.Remove(id);
        _feed.Add(id);
    }

    private sealed record Node(Revision? Parent, bool Deleted, string? Members);
}
