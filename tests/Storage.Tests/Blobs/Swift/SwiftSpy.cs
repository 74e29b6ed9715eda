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

    public int Count(string start) => Sent.Count(s => s.StartsWith(start, StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sent.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        Spoil(request);
        return Answer(request) is { } status
            ? new HttpResponseMessage(status)
            : await base.SendAsync(request, cancellationToken);
    }
}
