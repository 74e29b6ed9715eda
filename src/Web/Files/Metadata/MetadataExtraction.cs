using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files.Metadata;

/// <summary>
/// What a content tells of itself: its type, and for <c>metadata</c> the date, place and size of an image, the tags of
/// music, the target of a shortcut. Only its first bytes are looked at, on the thread pool, a few at a time, so that a
/// hostile file costs no more than a large honest one.
/// </summary>
internal sealed class MetadataExtraction(TimeProvider time) : IDisposable
{
    /// <summary>The version of the original's extractor whose members these are.</summary>
    private const int ExtractorVersion = 2;

    private const int SniffedBytes = 64;
    private const int ShortcutBytes = 16 * 1024;
    private const int MediaBytes = 1 << 20;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);

    /// <summary>How many of the first bytes of a content of this type are wanted.</summary>
    public static int HeadBytes(string? mediaType) => KindOf(mediaType) switch
    {
        Kind.None => mediaType is null ? SniffedBytes : 0,
        Kind.Shortcut => ShortcutBytes,
        _ => MediaBytes,
    };

    /// <summary>Describes a content that arrived.</summary>
    /// <param name="context">The request.</param>
    /// <param name="mediaType">The type the file will have; null when neither the client nor the name told.</param>
    /// <param name="createdAt">When the file was made; null for now.</param>
    /// <param name="head">Its first bytes.</param>
    /// <param name="digest">Its length and MD5.</param>
    public async Task<UploadedContent> DescribeAsync(
        HttpContext context, string? mediaType, DateTimeOffset? createdAt, ContentHead head, BlobDigest digest)
    {
        var content = new UploadedContent(digest.Length, digest.Md5);
        if (mediaType is null)
            return content with { SniffedType = ContentSniffer.TypeOf(head.Bytes.Span) };

        var kind = KindOf(mediaType);
        if (kind == Kind.None)
            return content;

        var facts = new MediaContext(createdAt ?? time.GetUtcNow(), context.Instance());
        await _turns.WaitAsync(context.RequestAborted);
        try
        {
            return content with { Extracted = await Task.Run(() => Extract(kind, head.Bytes, facts), CancellationToken.None) };
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private static Kind KindOf(string? mediaType) => mediaType switch
    {
        "image/jpeg" or "image/jpg" or "image/png" or "image/gif" or "image/webp" => Kind.Image,
        "image/heic" or "image/heif" => Kind.Heif,
        "audio/mp3" or "audio/mpeg" or "audio/ogg" or "audio/x-m4a" or "audio/mp4" or "audio/flac" or "audio/x-flac" => Kind.Audio,
        "video/mp4" or "video/quicktime" => Kind.Video,
        WellKnownFiles.ShortcutType => Kind.Shortcut,
        _ => Kind.None,
    };

    private static ReadOnlyMemory<byte>? Extract(Kind kind, ReadOnlyMemory<byte> head, MediaContext facts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            switch (kind)
            {
                case Kind.Image or Kind.Heif:
                    ImageFacts.Read(head, kind == Kind.Heif, facts).Write(json);
                    break;
                case Kind.Audio:
                    AudioTags.Write(json, head);
                    break;
                case Kind.Video when !Mp4Header.TryWrite(json, head.Span):
                    return null;
                case Kind.Shortcut:
                    ShortcutFile.WriteTarget(json, head.Span, facts.Instance);
                    break;
            }

            json.WriteNumber("extractor_version", ExtractorVersion);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private enum Kind
    {
        None,
        Image,
        Heif,
        Audio,
        Video,
        Shortcut,
    }
}
