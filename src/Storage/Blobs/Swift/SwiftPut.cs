using System.IO.Pipelines;
using System.Net;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>One object on its way to Swift: bytes are pushed in at one end while HTTP takes them from the other.</summary>
internal sealed class SwiftPut : IAsyncDisposable
{
    // What may wait between the caller and the network.
    private const int WindowBytes = 256 * 1024;
    private const int ChunkBytes = 64 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: WindowBytes,
        resumeWriterThreshold: WindowBytes / 2,
        minimumSegmentSize: ChunkBytes,
        useSynchronizationContext: false));

    private readonly CancellationTokenSource _abort = new();
    private readonly TimeSpan _answerTimeout;
    private readonly string _path;
    private readonly Task<string> _sending;
    private bool _bodyStarted;

    /// <param name="client">Sends it.</param>
    /// <param name="path">The object's path.</param>
    /// <param name="createContainer">Called when the container is missing.</param>
    public SwiftPut(SwiftClient client, string path, Func<Task> createContainer)
    {
        _path = path;
        _answerTimeout = client.AnswerTimeout;
        _sending = SendAsync(client, createContainer);
    }

    /// <summary>How many bytes were pushed in.</summary>
    public long Length { get; private set; }

    /// <summary>Whether Swift refused because there is an object of that name.</summary>
    public bool NameTaken { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Length += bytes.Length;
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, ChunkBytes)..])
        {
            var flushed = await _pipe.Writer.WriteAsync(
                bytes[..Math.Min(bytes.Length, ChunkBytes)], cancellationToken);
            if (!flushed.IsCompleted)
                continue;
            // Nobody takes the bytes any more: the reason is in the answer.
            await _sending.WaitAsync(cancellationToken);
            throw new BlobStoreException(BlobError.Unavailable, $"Swift ended PUT {_path} early.");
        }
    }

    /// <summary>Ends the body and returns the MD5, in hex, of what Swift stored.</summary>
    public async Task<string> FinishAsync(CancellationToken cancellationToken)
    {
        await _pipe.Writer.CompleteAsync();
        _abort.CancelAfter(_answerTimeout);
        return await _sending.WaitAsync(cancellationToken);
    }

    /// <summary>Breaks the request off if it has not ended; Swift keeps no part of an object.</summary>
    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        await _pipe.Writer.CompleteAsync(new OperationCanceledException());
        await ((Task)_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _abort.Dispose();
    }

    private async Task<string> SendAsync(SwiftClient client, Func<Task> createContainer)
    {
        await Task.Yield();
        try
        {
            using var response = await client.PutOnceAsync(
                _path,
                () => new PipeContent(_pipe.Reader, () => _bodyStarted = true),
                () => _bodyStarted,
                createContainer,
                _abort.Token);
            NameTaken = response.StatusCode == HttpStatusCode.PreconditionFailed;
            if (NameTaken)
                throw new InvalidOperationException("This content exists already.");
            if (response.StatusCode != HttpStatusCode.Created)
                throw SwiftErrors.Of(response, $"PUT {_path}");
            // Not Headers.ETag: Swift sends it without the quotes.
            return response.Headers.NonValidated.TryGetValues("ETag", out var etag) ? etag.ToString().Trim('"') : "";
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e))
        {
            throw SwiftErrors.Translate(e, $"PUT {_path}");
        }
        catch (OperationCanceledException e)
        {
            throw new BlobStoreException(BlobError.Unavailable, $"Swift did not answer PUT {_path} in time.", e);
        }
        finally
        {
            // Lets a writer that waits for room go on and see why.
            await _pipe.Reader.CompleteAsync();
        }
    }

    private sealed class PipeContent(PipeReader reader, Action started) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            started();
            return reader.CopyToAsync(stream, cancellationToken);
        }

        protected override bool TryComputeLength(out long computed)
        {
            // Always chunked: with a length Swift would have the object at its last byte, before it is to be complete.
            computed = 0;
            return false;
        }
    }
}
