using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents;

/// <summary>
/// One revision of a document: how many edits lead to it and a hash that tells it from others of the same
/// generation. Written <c>generation-hash</c>, as CouchDB does.
/// </summary>
public readonly record struct Revision(int Generation, string Hash)
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// Reads <c>generation-hash</c>. As in CouchDB the hash may be empty and the generation 0 (a parent of
    /// generation 0 is none); a hash of 32 characters must be hex digits, which are the same revision in upper and
    /// lower case, and come out lower.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Revision revision)
    {
        revision = default;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash <= 0 || !int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            || !TryNormalizeHash(text![(dash + 1)..], out var hash))
        {
            return false;
        }

        revision = new Revision(generation, hash);
        return true;
    }

    /// <summary>Reads <c>generation-hash</c>.</summary>
    /// <exception cref="DocumentStoreException">The text is not a revision.</exception>
    public static Revision Parse(string text) =>
        TryParse(text, out var revision)
            ? revision
            : throw new DocumentStoreException(StoreError.InvalidDocument, "bad_request", "Invalid rev format");

    /// <summary>
    /// The hash in the spelling that is kept: 32 hex digits in lower case, a text of another length as it is.
    /// </summary>
    public static bool TryNormalizeHash(string text, out string hash)
    {
        hash = text;
        if (text.Length != 32)
            return true;
        hash = text.ToLowerInvariant();
        return !text.AsSpan().ContainsAnyExcept(Hex);
    }

    /// <summary>Writes <c>"generation-hash"</c>, a JSON string.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        // The usual hash, of which no character needs an escape.
        if (Hash.Length != 32 || Hash.AsSpan().ContainsAnyExcept(Hex))
        {
            CanonicalString.Write(ToString(), output);
            return;
        }

        var room = output.GetSpan(48);
        room[0] = (byte)'"';
        Generation.TryFormat(room[1..], out var digits, default, CultureInfo.InvariantCulture);
        room[++digits] = (byte)'-';
        var end = digits + 1 + Encoding.ASCII.GetBytes(Hash, room[(digits + 1)..]);
        room[end] = (byte)'"';
        output.Advance(end + 1);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Hash}");
}
