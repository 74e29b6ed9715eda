using System.Buffers.Binary;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// What a server and its worker say through the worker's standard streams. The worker, first: that it is ready (1 byte).
/// The server: the length of a content (8 bytes), the number of pages wanted (4 bytes; -1 for thumbnails), the pages (4 bytes each)
/// and the content. The worker, to thumbnails: for each format, the largest first, the length of an image (4 bytes) and the
/// image; a length of 0 for all when none can be made. The worker, to pages: what it knows of the PDF (5 bytes), and for each
/// page its length (4 bytes; 0 when it is broken, -1 when it and those after it are to be asked for again) and the page.
/// </summary>
internal static class WorkerProtocol
{
    /// <summary>Ends an answer before the last page.</summary>
    public const int Later = -1;

    // No JPEG of 1920 x 1080 is larger; a worker that says so has been taken over.
    private const int MaxImageBytes = 16 * 1024 * 1024;

    private const int RequestBytes = sizeof(long) + sizeof(int);
    private const int FactsBytes = 1 + sizeof(int);
    private const int Thumbnails = -1;
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

    public static async Task WriteRequestAsync(Stream stream, WorkerRequest request, CancellationToken cancellationToken)
    {
        var pages = request.Pages ?? [];
        var bytes = new byte[RequestBytes + pages.Count * sizeof(int)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, request.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(long)), request.Pages?.Count ?? Thumbnails);
        for (var i = 0; i < pages.Count; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(RequestBytes + i * sizeof(int)), pages[i]);
        await stream.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>The next request; null at the end of the stream.</summary>
    public static async Task<WorkerRequest?> ReadRequestAsync(Stream stream)
    {
        var bytes = new byte[RequestBytes];
        if (await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(long)));
        if (count == Thumbnails)
            return new WorkerRequest(length, null);
        var pages = new int[count];
        for (var i = 0; i < count; i++)
            pages[i] = await ReadNumberAsync(stream, CancellationToken.None);
        return new WorkerRequest(length, pages);
    }

    public static async Task WriteImagesAsync(Stream stream, IReadOnlyList<byte[]> images)
    {
        foreach (var image in images)
            await WriteBlockAsync(stream, image);
        await stream.FlushAsync();
    }

    /// <exception cref="IOException">The worker ended, or does not keep to the protocol.</exception>
    public static async Task<IReadOnlyList<byte[]>> ReadImagesAsync(
        Stream stream, int count, CancellationToken cancellationToken)
    {
        var images = new List<byte[]>(count);
        while (images.Count < count)
        {
            var image = new byte[CheckLength(await ReadNumberAsync(stream, cancellationToken), MaxImageBytes)];
            await stream.ReadExactlyAsync(image, cancellationToken);
            images.Add(image);
        }

        return images;
    }

    public static async Task WriteFactsAsync(Stream stream, PdfFacts facts)
    {
        var bytes = new byte[FactsBytes];
        bytes[0] = (byte)facts.State;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), facts.PageCount);
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <exception cref="IOException">The worker ended.</exception>
    public static async Task<PdfFacts> ReadFactsAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[FactsBytes];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return new PdfFacts((PdfState)bytes[0], BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(1)));
    }

    /// <summary>Writes a length and so many bytes.</summary>
    public static async Task WriteBlockAsync(Stream stream, byte[] bytes)
    {
        await WriteNumberAsync(stream, bytes.Length);
        await stream.WriteAsync(bytes);
    }

    public static async Task WriteNumberAsync(Stream stream, int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        await stream.WriteAsync(bytes);
    }

    /// <exception cref="IOException">The worker ended.</exception>
    public static async Task<int> ReadNumberAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    /// <summary>The length, if it is one that a worker may announce.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public static int CheckLength(int length, long most) =>
        length >= 0 && length <= most ? length : throw new IOException($"The worker announced {length} bytes.");
}
