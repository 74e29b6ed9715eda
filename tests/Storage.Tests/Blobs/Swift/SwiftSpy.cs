using System.Collections.Concurrent;
using System.Net;

namespace Cozy.Storage.Tests.Blobs.Swift;

/// <summary>Passes requests on to the real server; notes them, and can spoil some on the way.</summary>
internal sealed class SwiftSpy() : DelegatingHandler(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) })
{
    /// <summary>Method and path of all that was sent.</summary>
    public ConcurrentQueue<string> Sent { get; } = new();

    /// <summary>Changes a request before it is sent.</summary>
    public Action<HttpRequestMessage> Spoil { get; set; } = _ => { };

    /// <summary>Answers in the server's place, unless it returns null.</summary>
    public Func<HttpRequestMessage, HttpStatusCode?> Answer { get; set; } = _ => null;

    /// <summary>After how many bytes of an answer's body it ends, or (when negative) no more of it comes; null to leave it whole.</summary>
    public Func<HttpRequestMessage, int?> Cut { get; set; } = _ => null;

    public int Count(string start) => Sent.Count(s => s.StartsWith(start, StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sent.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        Spoil(request);
        if (Answer(request) is { } status)
            return new HttpResponseMessage(status);

        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode && Cut(request) is { } count)
        {
            var whole = response.Content;
            response.Content = new StreamContent(new CutStream(await whole.ReadAsStreamAsync(cancellationToken), count));
            foreach (var (name, values) in whole.Headers)
                response.Content.Headers.TryAddWithoutValidation(name, values);
        }

        return response;
    }

    /// <summary>What a connection that breaks, or a server that hangs, lets through.</summary>
    private sealed class CutStream(Stream whole, int count) : Stream
    {
        private int _left = Math.Abs(count);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 && count < 0)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (_left == 0)
                throw new IOException("The connection broke.");
            var read = await whole.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int length) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                whole.Dispose();
            base.Dispose(disposing);
        }
    }
}
