namespace Cozy.Storage.Documents;

/// <summary>Orders strings as their UTF-8 bytes: by code point, which UTF-16 order is not.</summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The one there is.</summary>
    public static readonly Utf8Order Instance = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var (a, b) = (x ?? "", y ?? "");
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length.CompareTo(b.Length);
        var (c, d) = (a[common], b[common]);

        // A surrogate stands for a code point behind all of UTF-16's single units.
        return char.IsSurrogate(c) == char.IsSurrogate(d)
            ? c.CompareTo(d)
            : char.IsSurrogate(c) ? 1 : -1;
    }
}
