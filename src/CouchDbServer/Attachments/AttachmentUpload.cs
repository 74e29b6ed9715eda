using System.IO.Compression;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Attachments;

/// <summary>Reads an attachment that is a request's whole body.</summary>
internal static class AttachmentUpload
{
    public static async Task<AttachmentEdit> ReadAsync(Exchange exchange, string name)
    {
        var request = exchange.Http.Request;
        var encoding = request.Headers.ContentEncoding.ToString().ToLowerInvariant();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            throw new CouchException(
                StatusCodes.Status415UnsupportedMediaType,
                "bad_ctype",
                "Only gzip and identity content-encodings are supported");
        }

        var data = await RequestBody.ReadAsync(request, exchange.Protocol.Limits.MaxAttachmentBytes, exchange.Aborted);
        var isEncoded = encoding == "gzip";
        return new AttachmentEdit(name)
        {
            Data = data,
            ContentType = string.IsNullOrEmpty(request.ContentType) ? null : request.ContentType,
            Encoding = isEncoded ? encoding : null,
            Length = isEncoded ? Measure(data, exchange.Protocol.Limits.MaxAttachmentBytes) : null,
        };
    }

    /// <summary>Reads what another document has, to be attached to this one.</summary>
    public static async Task<AttachmentEdit> CopyAsync(Exchange exchange, StoredDocument source, Attachment attachment)
    {
        if (attachment.StoredLength > exchange.Protocol.Limits.MaxAttachmentBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "attachment_too_large", attachment.Name);
        await using var stream = await AttachmentOutput.OpenAsync(exchange, source, attachment.Name, encoded: true);
        var data = new byte[attachment.StoredLength];
        await stream.ReadExactlyAsync(data, exchange.Aborted);
        return new AttachmentEdit(attachment.Name)
        {
            Data = data,
            ContentType = attachment.ContentType,
            Encoding = attachment.Encoding,
            Length = attachment.Encoding is null ? null : attachment.Length,
        };
    }

    /// <summary>How long compressed bytes are when they are not; a little can become much, so it is bounded.</summary>
    public static long Measure(ReadOnlyMemory<byte> data, int limit)
    {
        using var gzip = new GZipStream(new MemoryStream(data.ToArray(), writable: false), CompressionMode.Decompress);
        var piece = new byte[64 * 1024];
        var length = 0L;
        try
        {
            while (gzip.Read(piece) is > 0 and var count)
            {
                length += count;
                if (length > limit)
                    throw new DocumentStoreException(StoreError.TooLarge, "attachment_too_large", "The attachment is too large.");
            }
        }
        catch (InvalidDataException)
        {
            throw CouchException.BadRequest("The body is not gzip.");
        }

        return length;
    }
}
