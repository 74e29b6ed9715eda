using System.Collections.Immutable;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>
/// Revision trees while they are being joined: linked nodes that may change. Histories come from outside, so nothing
/// here recurses.
/// </summary>
internal sealed class RevisionGraft
{
    private readonly List<Branch> _roots = [];

    /// <summary>Starts with the nodes of a tree that are wanted; children of the others become roots.</summary>
    public RevisionGraft(RevisionTree tree, Func<int, bool>? wanted = null)
    {
        var branches = new Branch?[tree.Nodes.Length];
        for (var i = 0; i < branches.Length; i++)
        {
            if (wanted is not null && !wanted(i))
                continue;
            var node = tree.Nodes[i];
            var branch = branches[i] = new Branch(node);
            var siblings = node.Parent >= 0 && branches[node.Parent] is { } parent ? parent.Children : _roots;
            siblings.Add(branch);
        }
    }

    /// <summary>Adds a revision and its ancestors, newest first; only the revision itself brings a body.</summary>
    public void Add(IReadOnlyList<Revision> path, bool deleted, int body)
    {
        Branch? branch = null;
        for (var i = 0; i < path.Count; i++)
        {
            var key = RevisionKey.Parse(path[i].Hash);
            var node = new RevisionNode(-1, path[i].Generation, key, i == 0 && deleted, i == 0 ? body : 0);
            var parent = new Branch(node);
            if (branch is not null)
                parent.Children.Add(branch);
            branch = parent;
        }

        // What joins one tree may by that reach another: go on until it touches none.
        var joined = branch!;
        for (var i = 0; i < _roots.Count; i++)
        {
            if (TryJoin(_roots[i], joined) is not { } whole)
                continue;
            _roots.RemoveAt(i);
            joined = whole;
            i = -1;
        }

        _roots.Add(joined);
    }

    public ImmutableArray<RevisionNode> ToNodes()
    {
        var nodes = ImmutableArray.CreateBuilder<RevisionNode>();
        var todo = new Stack<(Branch Branch, int Parent)>();
        Push(_roots, -1, todo);
        while (todo.TryPop(out var next))
        {
            nodes.Add(next.Branch.Node with { Parent = next.Parent });
            Push(next.Branch.Children, nodes.Count - 1, todo);
        }

        return nodes.ToImmutable();
    }

    private static void Push(List<Branch> siblings, int parent, Stack<(Branch Branch, int Parent)> todo)
    {
        siblings.Sort((a, b) => b.Node.CompareRevision(a.Node));
        foreach (var branch in siblings)
            todo.Push((branch, parent));
    }

    /// <summary>Joins two trees if the root of the younger is a node of the older; null when it is not.</summary>
    private static Branch? TryJoin(Branch one, Branch other)
    {
        var (older, younger) = one.Node.Generation <= other.Node.Generation ? (one, other) : (other, one);
        if (Find(older, younger.Node) is not { } place)
            return null;
        MergeInto(place, younger);
        return older;
    }

    private static Branch? Find(Branch root, RevisionNode wanted)
    {
        var todo = new Stack<Branch>([root]);
        while (todo.TryPop(out var branch))
        {
            if (branch.Node.CompareRevision(wanted) == 0)
                return branch;
            if (branch.Node.Generation >= wanted.Generation)
                continue;
            branch.Children.Sort((a, b) => b.Node.CompareRevision(a.Node));
            foreach (var child in branch.Children)
                todo.Push(child);
        }

        return null;
    }

    private static void MergeInto(Branch place, Branch other)
    {
        var todo = new Stack<(Branch Place, Branch Other)>([(place, other)]);
        while (todo.TryPop(out var pair))
        {
            // A body that was missing has come; one that is there stays.
            if (pair.Place.Node.Body == 0 && pair.Other.Node.Body > 0)
                pair.Place.Node = pair.Place.Node with { Body = pair.Other.Node.Body, Deleted = pair.Other.Node.Deleted };
            foreach (var child in pair.Other.Children)
            {
                if (pair.Place.Children.Find(c => c.Node.CompareRevision(child.Node) == 0) is { } same)
                    todo.Push((same, child));
                else
                    pair.Place.Children.Add(child);
            }
        }
    }

    private sealed class Branch(RevisionNode node)
    {
        public RevisionNode Node = node;
        public readonly List<Branch> Children = [];
    }
}
