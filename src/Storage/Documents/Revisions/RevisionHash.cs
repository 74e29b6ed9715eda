using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>The revision an ordinary edit gets.</summary>
public static class RevisionHash
{
    /// <summary>
    /// The revision that follows <paramref name="parent"/> with this content: the one CouchDB makes of the same edit. So a
    /// repeated edit is recognised, and two stores that were given the same edit agree.
    /// </summary>
    /// <param name="parent">The revision replaced; null for a new document.</param>
    /// <param name="deleted">Whether the new revision is a tombstone.</param>
    /// <param name="members">The new content, canonical.</param>
    /// <param name="attachments">What is attached to it, in order.</param>
    public static Revision Compute(
        Revision? parent, bool deleted, ReadOnlySpan<byte> members, IReadOnlyList<Attachment>? attachments = null)
    {
        using var bytes = new ByteBuffer(members.Length + 128);
        var term = new ErlangTerm(bytes);
        term.Version();
        term.List(5);
        term.Atom(deleted ? "true"u8 : "false"u8);
        term.Integer(parent?.Generation ?? 0);
        if (parent is { } known)
            WriteHash(term, RevisionKey.Parse(known.Hash));
        else
            term.Integer(0);
        WriteObject(term, members);
        WriteAttachments(term, attachments ?? []);
        term.Nil();
        Span<byte> digest = stackalloc byte[16];

        // A name for a content, as git has them, not a protection against anybody.
#pragma warning disable CA5351
        MD5.HashData(bytes.Written, digest);
#pragma warning restore CA5351
        return new Revision((parent?.Generation ?? 0) + 1, Convert.ToHexStringLower(digest));
    }

    private static void WriteHash(ErlangTerm term, RevisionKey key)
    {
        if (key.Text is not null)
        {
            term.Binary(Encoding.UTF8.GetBytes(key.Text));
            return;
        }

        Span<byte> digest = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(digest, key.Digest);
        term.Binary(digest);
    }

    private static void WriteObject(ErlangTerm term, ReadOnlySpan<byte> members)
    {
        using var json = new ByteBuffer(members.Length + 2);
        json.Add((byte)'{');
        json.Add(members);
        json.Add((byte)'}');
        term.Json(json.Written);
    }

    /// <summary>From the last to the first, as CouchDB collects them.</summary>
    private static void WriteAttachments(ErlangTerm term, IReadOnlyList<Attachment> attachments)
    {
        if (attachments.Count > 0)
            term.List(attachments.Count);
        for (var i = attachments.Count - 1; i >= 0; i--)
        {
            term.Tuple(3);
            term.Binary(Encoding.UTF8.GetBytes(attachments[i].Name));
            term.Binary(Encoding.UTF8.GetBytes(attachments[i].ContentType));
            term.Binary(attachments[i].DigestBytes());
        }

        term.Nil();
    }
}
