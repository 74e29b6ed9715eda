using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>How the attachments of a revision are written beside its body: a JSON array, or NULL for none.</summary>
internal static partial class AttachmentList
{
    public static IReadOnlyList<Attachment> Read(byte[]? stored) =>
        stored is null
            ? []
            : (JsonSerializer.Deserialize(stored, Format.Default.EntryArray) ?? []).Select(e => e.ToAttachment()).ToList();

    public static byte[]? Write(IReadOnlyList<Attachment> attachments) =>
        attachments.Count == 0
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(attachments.Select(Entry.From).ToArray(), Format.Default.EntryArray);

    internal sealed record Entry(
        string Name, string Type, int RevPos, string Digest, long Length, string? Encoding, long Stored, long Content)
    {
        public static Entry From(Attachment a) =>
            new(a.Name, a.ContentType, a.RevisionPosition, a.Digest, a.Length, a.Encoding, a.StoredLength, a.Content);

        public Attachment ToAttachment() => new()
        {
            Name = Name,
            ContentType = Type,
            RevisionPosition = RevPos,
            Digest = Digest,
            Length = Length,
            Encoding = Encoding,
            StoredLength = Stored,
            Content = Content,
        };
    }

    [JsonSerializable(typeof(Entry[]))]
    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    private sealed partial class Format : JsonSerializerContext;
}
