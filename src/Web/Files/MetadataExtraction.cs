using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>What a content tells of itself.</summary>
internal sealed class MetadataExtraction
{
    private const int SniffedBytes = 64;

    /// <summary>How many of the first bytes of a content of this type are wanted.</summary>
    public static int HeadBytes(string? mediaType) => mediaType is null ? SniffedBytes : 0;

    /// <summary>Describes a content that arrived.</summary>
    public Task<UploadedContent> DescribeAsync(HttpContext context, UploadGrant grant, ContentHead head, BlobDigest digest) =>
        Task.FromResult(new UploadedContent(digest.Length, digest.Md5));
}
