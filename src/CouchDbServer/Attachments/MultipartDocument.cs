using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Cozy.CouchDbServer.Attachments;

/// <summary>
/// A <c>multipart/related</c> request: the document, then the bytes of the attachments it says will follow, in their
/// order or by the file names in their headers.
/// </summary>
internal static class MultipartDocument
{
    private const int MaxParts = 1000;

    /// <summary>Whether a request is one.</summary>
    public static bool Is(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/related", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads the document and the bytes, in the order of the parts.</summary>
    public static async Task<(ReadOnlyMemory<byte> Document, IReadOnlyList<(string? Name, byte[] Data)> Parts)> ReadAsync(
        Exchange exchange)
    {
        var request = exchange.Http.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            throw CouchException.BadRequest("A multipart body needs a boundary.");
        }

        var limits = exchange.Protocol.Limits;
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { BodyLengthLimit = limits.MaxAttachmentBytes };
            var first = await reader.ReadNextSectionAsync(exchange.Aborted) ?? throw CouchException.InvalidJson();
            var document = await ReadAsync(first, limits.MaxRequestBytes, exchange.Aborted);
            var parts = new List<(string?, byte[])>();
            var total = (long)document.Length;
            while (await reader.ReadNextSectionAsync(exchange.Aborted) is { } section)
            {
                var data = await ReadAsync(section, limits.MaxAttachmentBytes, exchange.Aborted);
                total += data.Length;
                if (parts.Count == MaxParts || total > limits.MaxRequestBytes)
                    throw new CouchException(StatusCodes.Status413PayloadTooLarge, "too_large", "the request entity is too large");
                parts.Add((section.GetContentDispositionHeader()?.FileName.Value?.Trim('"'), data));
            }

            return (document, parts);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException)
        {
            throw CouchException.BadRequest($"The multipart body cannot be read: {failure.Message}");
        }
        catch (InvalidDataException failure)
        {
            throw CouchException.BadRequest($"The multipart body cannot be read: {failure.Message}");
        }
    }

    /// <summary>Gives the attachments that follow their bytes.</summary>
    public static IReadOnlyList<AttachmentEdit> Fill(
        IReadOnlyList<AttachmentEdit> attachments, IReadOnlyList<(string? Name, byte[] Data)> parts, int limit)
    {
        var byName = parts.Where(p => p.Name is not null).DistinctBy(p => p.Name).ToDictionary(p => p.Name!, p => p.Data);
        var filled = new List<AttachmentEdit>();
        var next = 0;
        foreach (var attachment in attachments)
        {
            if (!attachment.Follows)
            {
                filled.Add(attachment);
                continue;
            }

            if (next == parts.Count)
                throw CouchException.BadRequest($"The bytes of the attachment {attachment.Name} are missing.");
            var data = byName.GetValueOrDefault(attachment.Name) ?? parts[next].Data;
            next++;
            if (attachment is { Encoding: null, Length: { } length } && length != data.Length)
                throw CouchException.BadRequest($"The attachment {attachment.Name} has not the length it says.");
            filled.Add(attachment with
            {
                Data = data,
                Length = attachment.Encoding is null ? null : AttachmentUpload.Measure(data, limit),
            });
        }

        return filled;
    }

    private static async Task<byte[]> ReadAsync(MultipartSection section, int limit, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var piece = new byte[64 * 1024];
        while (await section.Body.ReadAsync(piece, cancellationToken) is > 0 and var count)
        {
            if (body.Length + count > limit)
                throw new CouchException(StatusCodes.Status413PayloadTooLarge, "too_large", "the request entity is too large");
            body.Write(piece, 0, count);
        }

        return body.ToArray();
    }
}
