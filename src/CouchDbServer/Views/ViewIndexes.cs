using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary>The views that were asked for, as many as fit into the memory they may take.</summary>
internal sealed class ViewIndexes(ScriptLimits limits)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Kept> _byUse = new();
    private readonly Dictionary<(DatabaseName Database, string Map), LinkedListNode<Kept>> _views = [];

    public ScriptLimits Limits { get; } = limits;

    /// <summary>The rows of a map over a database; views with the same function share them.</summary>
    public ViewIndex Get(DatabaseName database, string map)
    {
        lock (_lock)
        {
            if (!_views.TryGetValue((database, map), out var node))
                node = _views[(database, map)] = new LinkedListNode<Kept>(new Kept((database, map), new ViewIndex(database, map, Limits)));
            else
                _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Index;
        }
    }

    /// <summary>Drops what was asked for longest ago until the rest fits; called after one was brought up to date.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            var bytes = _byUse.Sum(kept => kept.Index.Bytes);
            while (bytes > Limits.MaxAllViewsBytes && _byUse.Last is { } last && last != _byUse.First)
            {
                bytes -= last.Value.Index.Bytes;
                _byUse.RemoveLast();
                _views.Remove(last.Value.Key);
            }
        }
    }

    private sealed record Kept((DatabaseName Database, string Map) Key, ViewIndex Index);
}
