namespace Cozy.Grains.Files;

/// <summary>How many former contents files have, and their bytes; only files that have some take memory.</summary>
internal sealed class VersionTotals
{
    private readonly Dictionary<FileNode, (int Count, long Bytes)> _byFile = [];

    /// <summary>Bytes of all versions.</summary>
    public long Bytes { get; private set; }

    /// <summary>The files that have versions.</summary>
    public IReadOnlyCollection<FileNode> Files => _byFile.Keys;

    public int CountOf(FileNode file) => _byFile.TryGetValue(file, out var totals) ? totals.Count : 0;

    public void Add(FileNode file, long bytes) => Change(file, 1, bytes);

    public void Remove(FileNode file, long bytes) => Change(file, -1, -bytes);

    public void Forget(FileNode file)
    {
        if (_byFile.Remove(file, out var totals))
            Bytes -= totals.Bytes;
    }

    private void Change(FileNode file, int count, long bytes)
    {
        var totals = _byFile.GetValueOrDefault(file);
        totals = (totals.Count + count, totals.Bytes + bytes);
        Bytes += bytes;
        if (totals.Count <= 0)
            Forget(file);
        else
            _byFile[file] = totals;
    }
}
