using System.Buffers.Text;
using System.Text;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango;

/// <summary>
/// The place of a document in an index: its key and its id. It stays good while documents come and go, also when the
/// one it was taken at is gone.
/// </summary>
/// <param name="Key">The key; empty in the index of all documents.</param>
/// <param name="Id">The document's id.</param>
internal sealed record Bookmark(byte[] Key, string Id)
{
    private const byte Version = 1;

    public string Write()
    {
        var key = Key;
        byte[] bytes = [Version, (byte)(key.Length >> 24), (byte)(key.Length >> 16), (byte)(key.Length >> 8), (byte)key.Length, .. key, .. Encoding.UTF8.GetBytes(Id)];
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="DocumentStoreException">The text is no bookmark.</exception>
    public static Bookmark Read(string text)
    {
        if (!Base64Url.IsValid(text))
            throw Invalid(text);
        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < 5 || bytes[0] != Version)
            throw Invalid(text);
        var length = (bytes[1] << 24) | (bytes[2] << 16) | (bytes[3] << 8) | bytes[4];
        if (length < 0 || length > bytes.Length - 5)
            throw Invalid(text);
        return new Bookmark(bytes.Slice(5, length).ToArray(), Encoding.UTF8.GetString(bytes[(5 + length)..]));
    }

    private static DocumentStoreException Invalid(string text) =>
        DocumentStoreException.Invalid("invalid_bookmark", $"Invalid bookmark value: {JsonQuote.Text(text.Length > 200 ? text[..200] : text)}");
}
