namespace Cozy.Grains.Files;

/// <summary>
/// The id of a file or folder as the tree remembers it: 16 bytes for the usual 32 hexadecimal digits, any other as text.
/// </summary>
internal readonly struct FileKey : IEquatable<FileKey>
{
    /// <summary>The root's.</summary>
    public static readonly FileKey Root = new(WellKnownFiles.RootId);

    /// <summary>The trash's.</summary>
    public static readonly FileKey Trash = new(WellKnownFiles.TrashId);

    private readonly Guid _digits;
    private readonly string? _text;

    public FileKey(string id)
    {
        if (id.Length != 32 || id.AsSpan().ContainsAnyInRange('A', 'F') || !Guid.TryParseExact(id, "N", out _digits))
            _text = id;
    }

    public bool Equals(FileKey other) => _digits == other._digits && _text == other._text;

    public override bool Equals(object? obj) => obj is FileKey other && Equals(other);

    public override int GetHashCode() => _text is null ? _digits.GetHashCode() : _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text ?? _digits.ToString("N");
}
