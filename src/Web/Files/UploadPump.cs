using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>
/// Moves the body of a request to the blob store, hashes it on the way and keeps its head. Two blocks: while one is hashed and written,
/// the other is filled from the network.
/// </summary>
internal sealed class UploadPump(
    PipeReader body, IBlobUpload upload, ContentHead head, TimeSpan idle, TimeProvider time)
{
    // The network hands out some KiB at a time; larger writes cost the stores much less.
    private const int MaxBlockBytes = 256 * 1024;

    // Smaller pieces are hashed faster than another thread takes over.
    private const int HashElsewhereBytes = 64 * 1024;

    /// <summary>Moves everything.</summary>
    /// <param name="limit">Most bytes accepted.</param>
    /// <param name="aborted">The client went away.</param>
    /// <exception cref="ApiException">413: more than the limit; 408: nothing came for too long.</exception>
    public async Task<BlobDigest> RunAsync(long limit, CancellationToken aborted)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

        // A short content fits into one block, with room for what would be too much.
        var blockBytes = (int)Math.Min(limit, MaxBlockBytes - 1) + 1;
        var filling = ArrayPool<byte>.Shared.Rent(blockBytes);
        var storing = ArrayPool<byte>.Shared.Rent(blockBytes);
        var stored = Task.CompletedTask;
        var total = 0L;
        try
        {
            using var stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            await using var abort = aborted.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), stop);
            while (true)
            {
                var (count, ended) = await FillAsync(filling.AsMemory(0, blockBytes), stop, aborted);
                total += count;
                if (total > limit)
                    throw TooMuch();

                head.Add(filling.AsSpan(0, count));
                await stored;
                stored = count == 0 ? Task.CompletedTask : StoreAsync(filling.AsMemory(0, count), md5, aborted);
                if (ended)
                    break;

                (filling, storing) = (storing, filling);
            }

            await stored;
            return new BlobDigest(total, md5.GetHashAndReset());
        }
        finally
        {
            // The block that is being written must not go back to the pool under the writer.
            await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(storing);
        }
    }

    private static ApiException TooMuch() =>
        new(ApiError.Api(413, "The file is too big and exceeds the disk quota"));

    private async Task StoreAsync(ReadOnlyMemory<byte> block, IncrementalHash md5, CancellationToken aborted)
    {
        var hashed = Task.CompletedTask;
        if (block.Length >= HashElsewhereBytes)
            hashed = Task.Run(() => md5.AppendData(block.Span), CancellationToken.None);
        else
            md5.AppendData(block.Span);

        try
        {
            await upload.WriteAsync(block, aborted);
        }
        finally
        {
            await hashed;
        }
    }

    private async Task<(int Count, bool Ended)> FillAsync(Memory<byte> block, CancellationTokenSource stop, CancellationToken aborted)
    {
        var filled = 0;
        while (filled < block.Length)
        {
            var read = await ReadAsync(stop, aborted);
            var count = (int)Math.Min(read.Buffer.Length, block.Length - filled);
            var taken = read.Buffer.Slice(0, count);
            taken.CopyTo(block.Span[filled..]);
            filled += count;
            var ended = read.IsCompleted && count == read.Buffer.Length;
            body.AdvanceTo(taken.End);
            if (ended)
                return (filled, true);
        }

        return (filled, false);
    }

    private async ValueTask<ReadResult> ReadAsync(CancellationTokenSource stop, CancellationToken aborted)
    {
        var reading = body.ReadAsync(stop.Token);
        if (reading.IsCompletedSuccessfully)
            return reading.Result;

        stop.CancelAfter(idle);
        try
        {
            return await reading;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new ApiException(ApiError.Api(StatusCodes.Status408RequestTimeout, "The upload stopped arriving"));
        }
        finally
        {
            stop.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
