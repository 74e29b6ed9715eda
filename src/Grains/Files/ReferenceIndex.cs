namespace Cozy.Grains.Files;

/// <summary>
/// Which files and folders refer to which documents. Only those that refer to something take memory.
/// </summary>
internal sealed class ReferenceIndex
{
    private readonly Dictionary<FileReference, Referrers> _byReference = [];
    private readonly Dictionary<FileNode, IReadOnlyList<FileReference>> _byNode = [];

    /// <summary>Replaces what a node refers to.</summary>
    /// <param name="node">The file or folder.</param>
    /// <param name="references">What it refers to.</param>
    /// <param name="date">What lists in the order of dates sort it by.</param>
    public void Set(FileNode node, IReadOnlyList<FileReference> references, string date)
    {
        Forget(node);
        if (references.Count == 0)
            return;

        _byNode[node] = references;
        foreach (var reference in references)
        {
            if (!_byReference.TryGetValue(reference, out var referrers))
                _byReference[reference] = referrers = new Referrers();
            referrers.Add(node, date);
        }
    }

    public void Forget(FileNode node)
    {
        if (!_byNode.Remove(node, out var references))
            return;
        foreach (var reference in references)
        {
            if (_byReference.TryGetValue(reference, out var referrers) && referrers.Remove(node))
                _byReference.Remove(reference);
        }
    }

    /// <summary>Whether a node refers to a document.</summary>
    public bool Refers(FileNode node, FileReference reference) =>
        _byReference.TryGetValue(reference, out var referrers) && referrers.Contains(node);

    /// <summary>Whether anything refers to a document.</summary>
    public bool Any(FileReference reference) => _byReference.ContainsKey(reference);

    /// <summary>What refers to a document, by id or by date.</summary>
    public IReadOnlyList<(ReferencedPosition Position, FileNode Node)> List(FileReference reference, bool byDate) =>
        _byReference.TryGetValue(reference, out var referrers) ? referrers.Sorted(byDate) : [];

    /// <summary>The order of <see cref="List"/>.</summary>
    public static int Compare(ReferencedPosition left, ReferencedPosition right)
    {
        var byDate = string.CompareOrdinal(left.Date, right.Date);
        return byDate != 0 ? byDate : string.CompareOrdinal(left.Id, right.Id);
    }

    private sealed class Referrers
    {
        private readonly Dictionary<FileNode, string> _dates = [];
        private List<(ReferencedPosition, FileNode)>? _byId;
        private List<(ReferencedPosition, FileNode)>? _byDate;

        public bool Contains(FileNode node) => _dates.ContainsKey(node);

        public void Add(FileNode node, string date)
        {
            _dates[node] = date;
            _byId = _byDate = null;
        }

        /// <summary>True when nothing is left.</summary>
        public bool Remove(FileNode node)
        {
            _dates.Remove(node);
            _byId = _byDate = null;
            return _dates.Count == 0;
        }

        public List<(ReferencedPosition, FileNode)> Sorted(bool byDate) =>
            byDate ? _byDate ??= Sort(date => date) : _byId ??= Sort(_ => "");

        private List<(ReferencedPosition, FileNode)> Sort(Func<string, string> sortedBy)
        {
            var sorted = _dates
                .Select(pair => (new ReferencedPosition(sortedBy(pair.Value), pair.Key.Id), pair.Key))
                .ToList();
            sorted.Sort(static (left, right) => Compare(left.Item1, right.Item1));
            return sorted;
        }
    }
}
