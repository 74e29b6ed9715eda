using System.Buffers.Binary;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// What a server and its worker say through the worker's standard streams. The worker, first: that it is ready (1 byte).
/// The server: the length of a content (8 bytes) and the content. The worker: for each format, the largest first, the length of an image (4 bytes) and the image; a
/// length of 0 for all when none can be made.
/// </summary>
internal static class WorkerProtocol
{
    // No JPEG of 1920 x 1080 is larger; a worker that says so has been taken over.
    private const int MaxImageBytes = 16 * 1024 * 1024;

    private const byte Ready = (byte)'R';

    public static async Task WriteReadyAsync(Stream stream)
    {
        stream.WriteByte(Ready);
        await stream.FlushAsync();
    }

    /// <exception cref="IOException">The worker ended, or is none.</exception>
    public static async Task ReadReadyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[1];
        if (await stream.ReadAsync(bytes, cancellationToken) != 1 || bytes[0] != Ready)
            throw new IOException("The worker did not become ready.");
    }

    public static async Task WriteLengthAsync(Stream stream, long length, CancellationToken cancellationToken)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        await stream.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>The length of the next content; null at the end of the stream.</summary>
    public static async Task<long?> ReadLengthAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[sizeof(long)];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return read == bytes.Length ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : null;
    }

    public static async Task WriteImagesAsync(
        Stream stream, IReadOnlyList<byte[]> images, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        foreach (var image in images)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, image.Length);
            await stream.WriteAsync(length, cancellationToken);
            await stream.WriteAsync(image, cancellationToken);
        }

        await stream.FlushAsync(cancellationToken);
    }

    /// <exception cref="IOException">The worker ended, or does not keep to the protocol.</exception>
    public static async Task<IReadOnlyList<byte[]>> ReadImagesAsync(
        Stream stream, int count, CancellationToken cancellationToken)
    {
        var images = new List<byte[]>(count);
        var length = new byte[sizeof(int)];
        while (images.Count < count)
        {
            await stream.ReadExactlyAsync(length, cancellationToken);
            var size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is < 0 or > MaxImageBytes)
                throw new IOException($"The worker announced an image of {size} bytes.");
            var image = new byte[size];
            await stream.ReadExactlyAsync(image, cancellationToken);
            images.Add(image);
        }

        return images;
    }
}
