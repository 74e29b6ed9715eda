using System.IO.Compression;
using System.Security.Cryptography;

namespace Cozy.Storage.Documents.Attachments;

/// <summary>Brings what is attached into the form in which it is kept: text compressed, with its digest.</summary>
internal static class AttachmentEncoder
{
    public const string Gzip = "gzip";
    public const string DefaultContentType = "application/octet-stream";

    /// <summary>The types CouchDB compresses.</summary>
    private static readonly string[] Compressible = ["application/javascript", "application/json", "application/xml"];

    /// <summary>Encodes what came with its bytes; the rest stays as it is.</summary>
    public static IReadOnlyList<AttachmentEdit> Encode(IReadOnlyList<AttachmentEdit> attachments) =>
        attachments.Count == 0 ? attachments : [.. attachments.Select(Encode)];

    private static AttachmentEdit Encode(AttachmentEdit attachment)
    {
        if (attachment.Data is not { } data)
            return attachment;
        var type = attachment.ContentType ?? DefaultContentType;
        if (attachment.Encoding is null && IsCompressible(type))
            attachment = attachment with { Data = Compress(data), Encoding = Gzip, Length = data.Length };

        // A name for a content that CouchDB's clients compare, not a protection against anybody.
#pragma warning disable CA5351
        var digest = Attachment.WriteDigest(MD5.HashData(attachment.Data!.Value.Span));
#pragma warning restore CA5351
        return attachment with { ContentType = type, Digest = digest };
    }

    private static bool IsCompressible(string type)
    {
        var name = type.Split(';')[0].Trim();
        return name.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || Compressible.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static byte[] Compress(ReadOnlyMemory<byte> data)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(data.Span);
        return output.ToArray();
    }
}
