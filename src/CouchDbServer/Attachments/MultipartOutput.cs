using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Attachments;

/// <summary>Writes a document as a <c>multipart/related</c> message: itself, then the bytes that are wanted.</summary>
internal static class MultipartOutput
{
    public static string NewBoundary() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static string ContentType(string boundary) => $"multipart/related; boundary=\"{boundary}\"";

    /// <summary>Writes the message; its bytes go out as they are read.</summary>
    public static async Task WriteAsync(
        Exchange exchange, JsonOutput output, StoredDocument document, AttachmentOptions options, string boundary)
    {
        var following = document.Attachments.Where(options.Wants).ToList();
        output.Raw(Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Type: application/json\r\n\r\n"));
        output.OpenDocument(document).Raw(",\"_attachments\":{"u8);
        for (var i = 0; i < document.Attachments.Count; i++)
        {
            if (i > 0)
                output.Raw(","u8);
            var attachment = document.Attachments[i];
            var follows = following.Contains(attachment);
            output.BeginAttachment(attachment).AttachmentStub(attachment, follows || options.EncodingInfo, follows);
        }

        output.Raw("}}"u8);
        foreach (var attachment in following)
            await WritePartAsync(exchange, output, document, attachment, boundary);
        output.Raw(Encoding.ASCII.GetBytes($"\r\n--{boundary}--"));
        await exchange.FlushAsync();
    }

    private static async Task WritePartAsync(
        Exchange exchange, JsonOutput output, StoredDocument document, Attachment attachment, string boundary)
    {
        var encoding = attachment.Encoding is null ? "" : $"Content-Encoding: {attachment.Encoding}\r\n";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"\r\n--{boundary}\r\nContent-Disposition: attachment; filename=\"{Escape(attachment.Name)}\"\r\nContent-Type: {attachment.ContentType}\r\nContent-Length: {attachment.StoredLength}\r\n{encoding}\r\n");
        output.Raw(Encoding.UTF8.GetBytes(head));
        await exchange.FlushAsync();
        await using var stream = await AttachmentOutput.OpenAsync(exchange, document, attachment.Name, encoded: true);
        await stream.CopyToAsync(exchange.Http.Response.Body, exchange.Aborted);
    }

    private static string Escape(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
}
