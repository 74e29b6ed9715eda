using System.Buffers;
using Cozy.CouchDbServer.Databases;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Http;

/// <summary>One request and its answer, with what the handlers need of the server.</summary>
internal sealed class Exchange(HttpContext http, ProtocolContext protocol, RequestTarget target)
{
    private BlockOutput? _blocks;

    public HttpContext Http { get; } = http;

    public ProtocolContext Protocol { get; } = protocol;

    /// <summary>The server; only for routes that no other host uses.</summary>
    public ServerContext Server => (ServerContext)Protocol;

    public IDocumentAccess Store => Protocol.Documents;

    public RequestTarget Target { get; } = target;

    public QueryOptions Query => Target.Query;

    public string Method => Http.Request.Method;

    /// <summary>The database the path names; meaningless outside the routes of databases.</summary>
    public DatabaseName Database { get; init; }

    /// <summary>The name of the account the request came with; null for none.</summary>
    public string? User { get; init; }

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The largest body accepted.</summary>
    public int MaxBodyBytes { get; init; } = protocol?.Limits.MaxRequestBytes ?? 0;

    /// <summary>Cancelled when a feed that waits for changes has to end.</summary>
    public CancellationToken FeedsEnd { get; init; }

    /// <summary>An absolute address on this server, as the client named it.</summary>
    public string Address(params ReadOnlySpan<string> path)
    {
        var address = $"{Http.Request.Scheme}://{Http.Request.Host}";
        foreach (var part in path)
            address += "/" + UrlText.Encode(part);
        return address;
    }

    /// <summary>Reads the whole body.</summary>
    public Task<ReadOnlyMemory<byte>> ReadBodyAsync() => RequestBody.ReadAsync(Http.Request, MaxBodyBytes, Aborted);

    /// <summary>Reads the whole body, which must say that it is JSON.</summary>
    public Task<ReadOnlyMemory<byte>> ReadJsonBodyAsync()
    {
        RequestBody.RequireJson(Http.Request);
        return ReadBodyAsync();
    }

    public Task AnswerOkAsync(int status = StatusCodes.Status200OK) =>
        AnswerAsync(status, static json => json.Raw("{\"ok\":true}"u8));

    /// <summary>Sends an answer that fits in memory.</summary>
    public async Task AnswerAsync(int status, Action<JsonOutput> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var json = new JsonOutput(buffer);
        write(json);

        var response = Http.Response;
        response.StatusCode = status;
        if (response.ContentType is null)
        {
            response.ContentType = "application/json";
            json.Raw("\n"u8);
        }

        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(Method))
            await response.Body.WriteAsync(buffer.WrittenMemory, Aborted);
    }

    /// <summary>Starts an answer of unknown length; what is written goes out when the caller flushes.</summary>
    public JsonOutput StartStream(string contentType = "application/json")
    {
        Http.Response.StatusCode = StatusCodes.Status200OK;
        Http.Response.ContentType = contentType;
        return new JsonOutput(Http.Response.BodyWriter);
    }

    /// <summary>As <see cref="StartStream"/>, for answers of many short pieces; nothing else may write to the answer.</summary>
    public JsonOutput StartBlocks()
    {
        StartStream();
        return new JsonOutput(_blocks = new BlockOutput(Http.Response.BodyWriter));
    }

    public async Task FlushAsync()
    {
        _blocks?.Flush();
        await Http.Response.BodyWriter.FlushAsync(Aborted);
    }
}
