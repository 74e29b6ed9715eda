namespace Cozy.Grains.Exports;

/// <summary>Deals files out to archives of about one size, in the order in which they come.</summary>
/// <param name="partBytes">The size; a file that is larger has an archive of its own.</param>
internal sealed class ExportParts(long partBytes)
{
    private readonly List<string> _cursors = [];
    private long _taken;

    /// <summary>Where the archives begin, but the first.</summary>
    public IReadOnlyList<string> Cursors => _cursors;

    /// <summary>Adds a file or a version.</summary>
    public void Add(string doctype, string id, long size)
    {
        if (_taken > 0 && size > partBytes - _taken)
        {
            _taken = 0;
            _cursors.Add(ExportDocument.Cursor(doctype, id));
        }

        _taken += size;
    }
}
