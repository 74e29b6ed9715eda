using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>An answer of the server, its body in pooled memory. Dispose it to give the memory back.</summary>
internal sealed class CouchAnswer(HttpStatusCode status, byte[] buffer, int length) : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 10_000 };

    private byte[]? _buffer = buffer;
    private JsonDocument? _document;

    public HttpStatusCode Status { get; } = status;

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body as JSON; what is read from it is valid until the answer is disposed.</summary>
    /// <exception cref="DocumentStoreException">It is not JSON.</exception>
    public JsonElement Json
    {
        get
        {
            try
            {
                return (_document ??= JsonDocument.Parse(_buffer.AsMemory(0, length), Options)).RootElement;
            }
            catch (JsonException failure)
            {
                throw CouchErrors.Garbage(failure);
            }
        }
    }

    /// <summary>Reads what the body says.</summary>
    /// <exception cref="DocumentStoreException">It does not have the shape CouchDB's answers have.</exception>
    public T Read<T>(Func<JsonElement, T> read)
    {
        var json = Json;
        try
        {
            return read(json);
        }
        catch (Exception failure) when (failure is InvalidOperationException or KeyNotFoundException or FormatException
            or DocumentStoreException { Kind: StoreError.InvalidDocument })
        {
            throw CouchErrors.Garbage(failure);
        }
    }

    public void Dispose()
    {
        _document?.Dispose();

        // Memory given back twice would be lent to two at once, and each would read what the other is told.
        if (Interlocked.Exchange(ref _buffer, null) is { } pooled)
            ArrayPool<byte>.Shared.Return(pooled);
    }

    public static async Task<CouchAnswer> ReadAsync(
        HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(response.Content.Headers.ContentLength ?? 0, 4096, maxBytes));
        var length = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                if (length == buffer.Length)
                    buffer = Grow(buffer, maxBytes);
                var read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                    return new CouchAnswer(response.StatusCode, buffer, length);
                length += read;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static byte[] Grow(byte[] buffer, int maxBytes)
    {
        if (buffer.Length >= maxBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "too_large", "The answer of the document store is too large.");

        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, maxBytes));
        buffer.CopyTo(grown, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return grown;
    }
}
