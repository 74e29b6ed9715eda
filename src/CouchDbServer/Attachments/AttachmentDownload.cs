using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cozy.CouchDbServer.Attachments;

/// <summary>Sends an attachment, or ranges of one.</summary>
internal static class AttachmentDownload
{
    /// <summary>More ranges than anybody needs are answered with the whole.</summary>
    private const int MaxRanges = 10;

    public static async Task AnswerAsync(Exchange exchange, string id, string name)
    {
        var revision = exchange.Query["rev"] is { } text ? Revision.Parse(text) : (Revision?)null;
        var document = await DocumentRequest.RequireAsync(exchange, id, new ReadOptions { Revision = revision });
        var attachment = document.Attachments.FirstOrDefault(a => a.Name == name)
            ?? throw CouchException.NotFound("Document is missing attachment");
        var request = exchange.Http.Request;
        var response = exchange.Http.Response;
        var etag = $"\"{Convert.ToBase64String(attachment.DigestBytes())}\"";
        response.Headers.ETag = etag;
        if (request.Headers.IfNoneMatch == etag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.Headers.CacheControl = "must-revalidate";
        response.Headers.AcceptRanges = attachment.Encoding is null ? "bytes" : "none";
        response.ContentType = attachment.ContentType;

        // What it is says its writer; a browser must not guess otherwise.
        response.Headers.XContentTypeOptions = "nosniff";
        var encoded = attachment.Encoding is not null
            && request.Headers.AcceptEncoding.ToString().Contains(attachment.Encoding, StringComparison.OrdinalIgnoreCase);
        if (encoded)
            response.Headers.ContentEncoding = attachment.Encoding;
        var ranges = attachment.Encoding is null ? Ranges(exchange, attachment.Length) : [];
        if (ranges.Count > 1)
        {
            await SendPartsAsync(exchange, document, attachment, ranges);
            return;
        }

        var (from, length) = (0L, encoded ? attachment.StoredLength : attachment.Length);
        if (ranges is [var range])
        {
            (from, length) = (range.From, range.To - range.From + 1);
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = ContentRange(range, attachment.Length);
        }

        response.ContentLength = length;
        if (HttpMethods.IsHead(exchange.Method))
            return;
        await using var stream = await AttachmentOutput.OpenAsync(exchange, document, name, encoded);
        await SendAsync(exchange, stream, from, length);
    }

    /// <summary>The ranges asked for; none when the header is absent or not understood.</summary>
    private static List<(long From, long To)> Ranges(Exchange exchange, long length)
    {
        if (!RangeHeaderValue.TryParse(exchange.Http.Request.Headers.Range.ToString(), out var header) || header.Unit != "bytes"
            || header.Ranges.Count > MaxRanges)
        {
            return [];
        }

        var ranges = new List<(long, long)>();
        foreach (var range in header.Ranges)
        {
            var from = range.From ?? Math.Max(0, length - range.To!.Value);
            var to = range.From is null ? length - 1 : Math.Min(range.To ?? length - 1, length - 1);
            if (from > to)
            {
                exchange.Http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
                throw new CouchException(
                    StatusCodes.Status416RangeNotSatisfiable,
                    "requested_range_not_satisfiable",
                    "Requested range not satisfiable");
            }

            ranges.Add((from, to));
        }

        return ranges;
    }

    private static async Task SendPartsAsync(
        Exchange exchange, StoredDocument document, Attachment attachment, List<(long From, long To)> ranges)
    {
        var boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var response = exchange.Http.Response;
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentType = $"multipart/byteranges; boundary=\"{boundary}\"";
        if (HttpMethods.IsHead(exchange.Method))
            return;
        var separator = "";
        foreach (var range in ranges)
        {
            await WriteAsync(
                exchange,
                $"{separator}--{boundary}\r\nContent-Type: {attachment.ContentType}\r\nContent-Range: {ContentRange(range, attachment.Length)}\r\n\r\n");
            await using var stream = await AttachmentOutput.OpenAsync(exchange, document, attachment.Name, encoded: true);
            await SendAsync(exchange, stream, range.From, range.To - range.From + 1);
            separator = "\r\n";
        }

        await WriteAsync(exchange, $"\r\n--{boundary}--");
    }

    private static string ContentRange((long From, long To) range, long length) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.From}-{range.To}/{length}");

    private static async Task WriteAsync(Exchange exchange, string text) =>
        await exchange.Http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), exchange.Aborted);

    private static async Task SendAsync(Exchange exchange, Stream stream, long from, long length)
    {
        var piece = new byte[64 * 1024];
        if (stream.CanSeek)
            stream.Position = from;
        else
            await SkipAsync(stream, piece, from, exchange.Aborted);
        while (length > 0)
        {
            var count = await stream.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, length)), exchange.Aborted);
            if (count == 0)
                throw new EndOfStreamException("An attachment is shorter than it says.");
            await exchange.Http.Response.Body.WriteAsync(piece.AsMemory(0, count), exchange.Aborted);
            length -= count;
        }
    }

    private static async Task SkipAsync(Stream stream, byte[] piece, long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var read = await stream.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, count)), cancellationToken);
            if (read == 0)
                return;
            count -= read;
        }
    }
}
