namespace Cozy.Storage.Documents;

/// <summary>A document as a client sent it: the members the database knows, and the rest in canonical form.</summary>
public sealed record ParsedDocument
{
    /// <summary><c>_id</c>, when present.</summary>
    public string? Id { get; init; }

    /// <summary><c>_rev</c>, when present, as it was sent.</summary>
    public string? Revision { get; init; }

    /// <summary><c>_deleted</c>.</summary>
    public bool Deleted { get; init; }

    /// <summary><c>_revisions</c> as a path, newest first, when present.</summary>
    public IReadOnlyList<Revision>? Revisions { get; init; }

    /// <summary><c>_attachments</c>, when they were asked for.</summary>
    public IReadOnlyList<AttachmentEdit> Attachments { get; init; } = [];

    /// <summary>The other members, canonical, as in <see cref="StoredDocument.Members"/>.</summary>
    public required ReadOnlyMemory<byte> Members { get; init; }
}
