using System.Security.Cryptography;
using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Storage.Tests.Blobs;

/// <summary>Bytes to upload, and the few steps every test takes with them.</summary>
internal static class BlobBytes
{
    /// <summary>Bytes that look random and are the same each time.</summary>
    public static byte[] Make(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static BlobDigest Digest(byte[] bytes) => new(bytes.Length, CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes));

    /// <summary>Writes in pieces of odd sizes, through one buffer that is overwritten after each.</summary>
    public static async Task WriteAsync(IBlobUpload upload, byte[] bytes, CancellationToken ct)
    {
        var buffer = new byte[50_021];
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(buffer.Length, bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(buffer);
            await upload.WriteAsync(buffer.AsMemory(0, count), ct);
            Array.Fill(buffer, (byte)0xEE);
            at += count;
        }
    }

    /// <summary>Uploads and confirms.</summary>
    public static async Task StoreAsync(
        IBlobStore store, BlobKey key, byte[] bytes, bool tellLength, CancellationToken ct)
    {
        await using var upload = await store.BeginUploadAsync(key, tellLength ? bytes.Length : null, ct);
        await WriteAsync(upload, bytes, ct);
        await upload.CompleteAsync(Digest(bytes), ct);
        await store.ConfirmAsync(key, ct);
    }

    /// <summary>Reads what a web server would send for a range; null when there is no content.</summary>
    public static async Task<byte[]?> ReadAsync(
        IBlobStore store, BlobKey key, BlobRange? range, CancellationToken ct)
    {
        await using var content = await store.OpenAsync(key, range, ct);
        if (content is null)
            return null;
        using var copy = new MemoryStream();
        if (content.Stream is { } stream)
        {
            await stream.CopyToAsync(copy, ct);
            return copy.ToArray();
        }

        await using var file = File.OpenRead(content.LocalPath!);
        Assert.Equal(content.Length, file.Length);
        await file.CopyToAsync(copy, ct);
        return range is { } r ? copy.ToArray().AsSpan((int)r.Offset, (int)r.Length).ToArray() : copy.ToArray();
    }
}
