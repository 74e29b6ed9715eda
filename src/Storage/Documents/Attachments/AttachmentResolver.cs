using System.Globalization;

namespace Cozy.Storage.Documents.Attachments;

/// <summary>What an edit attaches to its revision: new bytes, or what the revision before had under the same name.</summary>
internal static class AttachmentResolver
{
    /// <summary>The error of a reference to what is not there.</summary>
    public const string Missing = "missing_stub";

    /// <summary>Pairs each attachment with its bytes; those without are there already.</summary>
    /// <param name="id">The document, for messages.</param>
    /// <param name="edits">What the edit brings.</param>
    /// <param name="before">What the revision it replaces has.</param>
    /// <param name="generation">The generation of the revision written.</param>
    /// <exception cref="DocumentStoreException">A name is referred to that the revision before does not have.</exception>
    public static List<NewAttachment> Resolve(
        string id, IReadOnlyList<AttachmentEdit> edits, Func<IReadOnlyList<Attachment>> before, int generation)
    {
        var resolved = new List<NewAttachment>(edits.Count);
        IReadOnlyList<Attachment>? known = null;
        foreach (var edit in edits)
        {
            if (edit.Data is { } data)
            {
                resolved.Add(new NewAttachment(Describe(edit, data, generation), data));
                continue;
            }

            known ??= before();
            var kept = known.FirstOrDefault(a => a.Name == edit.Name && (edit.Digest is null || a.Digest == edit.Digest))
                ?? throw MissingStub(id, edit.Name);
            resolved.Add(new NewAttachment(kept, null));
        }

        return resolved;
    }

    private static DocumentStoreException MissingStub(string id, string name) => DocumentStoreException.Invalid(
        Missing, string.Create(CultureInfo.InvariantCulture, $"Invalid attachment stub in {id} for {name}"));

    private static Attachment Describe(AttachmentEdit edit, ReadOnlyMemory<byte> data, int generation) => new()
    {
        Name = edit.Name,
        ContentType = edit.ContentType!,
        RevisionPosition = edit.RevisionPosition is { } position ? Math.Min(position, generation) : generation,
        Digest = edit.Digest!,
        Length = edit.Length ?? data.Length,
        Encoding = edit.Encoding,
        StoredLength = data.Length,
    };
}

/// <summary>An attachment of a revision being written.</summary>
/// <param name="Attachment">What is known about it.</param>
/// <param name="Data">Its bytes; null when they are kept already.</param>
internal readonly record struct NewAttachment(Attachment Attachment, ReadOnlyMemory<byte>? Data);
