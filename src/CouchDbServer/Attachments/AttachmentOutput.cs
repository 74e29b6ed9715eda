using System.Buffers;
using System.IO.Compression;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Attachments;

/// <summary>Writes documents together with what is attached to them.</summary>
internal static class AttachmentOutput
{
    /// <summary>Read at a time: a multiple of 3, so that pieces of base64 can be joined.</summary>
    private const int PieceBytes = 3 * 32 * 1024;

    /// <summary>Writes a document whose attachments are shown as asked for.</summary>
    public static async Task WriteDocumentAsync(
        Exchange exchange, JsonOutput json, StoredDocument? document, AttachmentOptions options)
    {
        if (document is null || document.Attachments.Count == 0 || options == AttachmentOptions.Stubs)
        {
            json.Document(document);
            return;
        }

        json.OpenDocument(document).Raw(",\"_attachments\":{"u8);
        for (var i = 0; i < document.Attachments.Count; i++)
        {
            var attachment = document.Attachments[i];
            if (i > 0)
                json.Raw(","u8);
            json.BeginAttachment(attachment);
            if (options.Wants(attachment))
                await WriteDataAsync(exchange, json, document, attachment, options.EncodingInfo);
            else
                json.AttachmentStub(attachment, options.EncodingInfo);
        }

        json.Raw("}}"u8);
    }

    /// <summary>Opens the bytes of an attachment, decoded unless they are wanted as they are kept.</summary>
    public static async Task<Stream> OpenAsync(Exchange exchange, StoredDocument document, string name, bool encoded)
    {
        var content = await exchange.Server.Store.OpenAttachmentAsync(
            exchange.Database, document.Id, document.Revision, name, exchange.Aborted)
            ?? throw CouchException.NotFound("Document is missing attachment");
        return content.Attachment.Encoding is null || encoded
            ? content.Stream
            : new GZipStream(content.Stream, CompressionMode.Decompress);
    }

    private static async Task WriteDataAsync(
        Exchange exchange, JsonOutput json, StoredDocument document, Attachment attachment, bool encoded)
    {
        await using var stream = await OpenAsync(exchange, document, attachment.Name, encoded);
        json.Raw(",\"data\":\""u8);
        using var room = MemoryPool<byte>.Shared.Rent(PieceBytes);
        var piece = room.Memory[..PieceBytes];
        int count;
        do
        {
            count = await stream.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, exchange.Aborted);
            json.Base64(piece.Span[..count]);
        }
        while (count == PieceBytes);
        json.Raw("\""u8);
        if (encoded && attachment.Encoding is { } encoding)
            json.Raw(",\"encoding\":"u8).String(encoding);
        json.Raw("}"u8);
    }
}
