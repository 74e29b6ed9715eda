using System.Collections.Immutable;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>
/// The known revisions of one document: one tree, or several when the history that would connect them is not known.
/// Immutable.
/// </summary>
/// <remarks>
/// Nodes are kept parents first, each followed by its descendants, siblings and roots in order; equal trees are equal
/// arrays. Two nodes may be the same revision when their histories differ, as in CouchDB.
/// </remarks>
internal sealed class RevisionTree
{
    public static readonly RevisionTree Empty = new([]);

    private readonly ImmutableArray<RevisionNode> _nodes;
    private readonly bool[] _isParent;

    /// <param name="nodes">In the order the class describes.</param>
    internal RevisionTree(ImmutableArray<RevisionNode> nodes)
    {
        _nodes = nodes;
        _isParent = new bool[nodes.Length];
        Winner = -1;
        foreach (var node in nodes)
        {
            if (node.Parent >= 0)
                _isParent[node.Parent] = true;
        }

        for (var i = 0; i < nodes.Length; i++)
        {
            if (IsLeaf(i) && (Winner < 0 || nodes[i].CompareAsWinner(nodes[Winner]) >= 0))
                Winner = i;
        }
    }

    public ImmutableArray<RevisionNode> Nodes => _nodes;

    /// <summary>The index of the winning leaf, of equal ones the last, as in CouchDB; -1 in an empty tree.</summary>
    public int Winner { get; }

    public RevisionNode WinnerNode => _nodes[Winner];

    public bool IsLeaf(int index) => !_isParent[index];

    /// <summary>The first number that is not a body's yet.</summary>
    public int NextBody()
    {
        var greatest = 0;
        foreach (var node in _nodes)
            greatest = Math.Max(greatest, node.Body);
        return greatest + 1;
    }

    /// <summary>The index of a revision, one with a body if there are several; -1 when it is not known.</summary>
    public int Find(Revision revision)
    {
        var key = RevisionKey.Parse(revision.Hash);
        var found = -1;
        for (var i = 0; i < _nodes.Length; i++)
        {
            if (_nodes[i].Generation != revision.Generation || !_nodes[i].Key.Equals(key))
                continue;
            if (_nodes[i].Body > 0)
                return i;
            found = found < 0 ? i : found;
        }

        return found;
    }

    /// <summary>The index of the first node that is the same revision, whatever its history.</summary>
    public int FirstLike(int index)
    {
        var first = 0;
        while (_nodes[first].CompareRevision(_nodes[index]) != 0)
            first++;
        return first;
    }

    /// <summary>
    /// Those of the revisions that are not in the tree. As in CouchDB each node answers for one of them: a revision that is
    /// named again counts as missing.
    /// </summary>
    public List<Revision> Missing(IReadOnlyList<Revision> wanted)
    {
        var missing = new List<Revision>();
        var answered = new bool[_nodes.Length];
        foreach (var revision in wanted)
        {
            var key = RevisionKey.Parse(revision.Hash);
            var i = 0;
            while (i < _nodes.Length && (answered[i] || _nodes[i].Generation != revision.Generation || !_nodes[i].Key.Equals(key)))
                i++;
            if (i < _nodes.Length)
                answered[i] = true;
            else
                missing.Add(revision);
        }

        return missing;
    }

    /// <summary>The index of the leaf that is this revision; -1 when there is none.</summary>
    public int FindLeaf(Revision revision)
    {
        var key = RevisionKey.Parse(revision.Hash);
        for (var i = 0; i < _nodes.Length; i++)
        {
            if (IsLeaf(i) && _nodes[i].Generation == revision.Generation && _nodes[i].Key.Equals(key))
                return i;
        }

        return -1;
    }

    /// <summary>The leaves, best first: the winner, the other living ones, the tombstones.</summary>
    public List<int> LeavesBestFirst()
    {
        var leaves = Leaves();
        leaves.Sort((a, b) => Or(_nodes[b].CompareAsWinner(_nodes[a]), b - a));
        return leaves;
    }

    /// <summary>The leaves that descend from a revision (itself if it is one).</summary>
    public List<int> LeavesFrom(int ancestor)
    {
        var leaves = new List<int>();
        var isBelow = new bool[_nodes.Length];
        isBelow[ancestor] = true;
        for (var i = ancestor; i < _nodes.Length; i++)
        {
            isBelow[i] |= _nodes[i].Parent >= 0 && isBelow[_nodes[i].Parent];
            if (isBelow[i] && IsLeaf(i))
                leaves.Add(i);
        }

        return leaves;
    }

    /// <summary>
    /// In the order in which CouchDB walks trees: of several roots the last first, below each the lesser revisions first.
    /// </summary>
    public List<int> InTreeOrder(IEnumerable<int> nodes)
    {
        var root = new int[_nodes.Length];
        for (var i = 0; i < root.Length; i++)
            root[i] = _nodes[i].Parent < 0 ? i : root[_nodes[i].Parent];
        return [.. nodes.OrderByDescending(i => root[i]).ThenBy(i => i)];
    }

    /// <summary>A revision and its ancestors, newest first.</summary>
    public IEnumerable<RevisionNode> PathFrom(int index)
    {
        for (; index >= 0; index = _nodes[index].Parent)
            yield return _nodes[index];
    }

    /// <summary>
    /// The leaves that may be ancestors of a missing revision of generation <paramref name="below"/>, best first.
    /// </summary>
    public List<Revision> PossibleAncestors(int below) =>
        LeavesBestFirst().Where(i => _nodes[i].Generation < below).Select(i => _nodes[i].Revision).ToList();

    /// <summary>The tree with a new revision that replaces <paramref name="leaf"/>.</summary>
    public RevisionTree Append(int leaf, Revision revision, bool deleted, int body)
    {
        var nodes = ImmutableArray.CreateBuilder<RevisionNode>(_nodes.Length + 1);
        nodes.AddRange(_nodes, leaf + 1);
        nodes.Add(new RevisionNode(leaf, revision.Generation, RevisionKey.Parse(revision.Hash), deleted, body));
        for (var i = leaf + 1; i < _nodes.Length; i++)
            nodes.Add(_nodes[i].Parent > leaf ? _nodes[i] with { Parent = _nodes[i].Parent + 1 } : _nodes[i]);
        return new RevisionTree(nodes.MoveToImmutable());
    }

    /// <summary>
    /// The tree with a revision and its ancestors added wherever they belong; the same tree when it has them all.
    /// </summary>
    public RevisionTree Merge(IReadOnlyList<Revision> path, bool deleted, int body)
    {
        var graft = new RevisionGraft(this);
        graft.Add(path, deleted, body);
        var merged = graft.ToNodes();
        return _nodes.SequenceEqual(merged) ? this : new RevisionTree(merged);
    }

    /// <summary>The tree without a leaf, and without the ancestors that lead to no other.</summary>
    public RevisionTree RemoveLeaf(int leaf)
    {
        var keep = new bool[_nodes.Length];
        for (var i = 0; i < keep.Length; i++)
        {
            for (var at = IsLeaf(i) && i != leaf ? i : -1; at >= 0 && !keep[at]; at = _nodes[at].Parent)
                keep[at] = true;
        }

        return new RevisionTree(new RevisionGraft(this, i => keep[i]).ToNodes());
    }

    /// <summary>How many revisions have a content and a successor.</summary>
    public int CountSuperseded()
    {
        var count = 0;
        for (var i = 0; i < _nodes.Length; i++)
            count += _isParent[i] && _nodes[i].Body > 0 ? 1 : 0;
        return count;
    }

    /// <summary>The tree without the contents of the revisions that have successors.</summary>
    public RevisionTree Compact() =>
        CountSuperseded() == 0 ? this : new RevisionTree([.. _nodes.Select((node, i) => IsLeaf(i) ? node : node with { Body = 0 })]);

    /// <summary>The tree without the revisions that are <paramref name="limit"/> or more steps from every leaf.</summary>
    public RevisionTree Stem(int limit)
    {
        var height = new int[_nodes.Length];
        Array.Fill(height, int.MaxValue);
        var drop = false;
        for (var i = _nodes.Length - 1; i >= 0; i--)
        {
            height[i] = IsLeaf(i) ? 0 : height[i];
            drop |= height[i] >= limit;
            if (_nodes[i].Parent is >= 0 and var parent)
                height[parent] = Math.Min(height[parent], height[i] + 1);
        }

        if (!drop)
            return this;
        var graft = new RevisionGraft(this, i => height[i] < limit);
        return new RevisionTree(graft.ToNodes());
    }

    private static int Or(int first, int second) => first != 0 ? first : second;

    private List<int> Leaves()
    {
        var leaves = new List<int>();
        for (var i = 0; i < _nodes.Length; i++)
        {
            if (IsLeaf(i))
                leaves.Add(i);
        }

        return leaves;
    }
}
