namespace Cozy.Storage.Documents;

/// <summary>A file that is kept with a revision of a document (CouchDB's attachments).</summary>
public sealed record Attachment
{
    private const string DigestPrefix = "md5-";

    /// <summary>Its name, unique within the document.</summary>
    public required string Name { get; init; }

    /// <summary>Its media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>The generation of the revision it came with.</summary>
    public int RevisionPosition { get; init; }

    /// <summary><c>md5-</c> and the base64 of the MD5 of the bytes as they are kept, that is, encoded.</summary>
    public required string Digest { get; init; }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; init; }

    /// <summary>How the bytes are kept: <c>gzip</c>, or null for as they are.</summary>
    public string? Encoding { get; init; }

    /// <summary>How many bytes are kept.</summary>
    public long StoredLength { get; init; }

    /// <summary>Where the embedded engine has the bytes.</summary>
    internal long Content { get; init; }

    /// <summary>The MD5 itself.</summary>
    public byte[] DigestBytes() => Convert.FromBase64String(Digest[DigestPrefix.Length..]);

    /// <summary>A digest as it is written.</summary>
    public static string WriteDigest(ReadOnlySpan<byte> md5) => DigestPrefix + Convert.ToBase64String(md5);
}

/// <summary>An attachment as a client sends it with a document.</summary>
/// <param name="Name">Its name.</param>
public sealed record AttachmentEdit(string Name)
{
    /// <summary>The bytes; null for what the revision before has under this name.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>Its media type; null when it was not told.</summary>
    public string? ContentType { get; init; }

    /// <summary>As in <see cref="Attachment.RevisionPosition"/>; null for the revision written.</summary>
    public int? RevisionPosition { get; init; }

    /// <summary>Whether the bytes come behind the document, in a part of their own.</summary>
    public bool Follows { get; init; }

    /// <summary>How <see cref="Data"/> is encoded: <c>gzip</c> or null.</summary>
    public string? Encoding { get; init; }

    /// <summary>How many bytes it has when decoded; null when <see cref="Data"/> is not encoded.</summary>
    public long? Length { get; init; }

    /// <summary>As in <see cref="Attachment.Digest"/>; without <see cref="Data"/> that of the one referred to, if told.</summary>
    internal string? Digest { get; init; }
}

/// <summary>The bytes of an attachment; dispose it.</summary>
/// <param name="Attachment">What is known about it.</param>
/// <param name="Stream">The bytes as they are kept, encoded; only the embedded engine's can be read from a place within.</param>
public sealed record AttachmentContent(Attachment Attachment, Stream Stream) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
