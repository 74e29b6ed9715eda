using System.Buffers;
using System.Text;
using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Cozy.CouchDbServer.Views;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Lets changes pass that a function of a design document wants, or whose documents its map emits something for.</summary>
internal sealed class ScriptFilter : DocumentFilter
{
    private readonly Script _script;
    private readonly ScriptLimits _limits;
    private readonly string? _request;

    private ScriptFilter(Script script, ScriptLimits limits, string? request)
    {
        _script = script;
        _limits = limits;
        _request = request;
    }

    /// <summary>Reads <c>design/name</c>.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="function">The name.</param>
    /// <param name="isView">Whether it names a view instead of a filter.</param>
    /// <exception cref="CouchException">There is no such function, or none that can be run.</exception>
    public static async Task<ScriptFilter> ParseAsync(Exchange exchange, string function, bool isView)
    {
        if (function.Split('/') is not [var designName, var name])
            throw CouchException.BadRequest("`filter` must be of the form `designname/filtername`");
        var design = await DocumentRequest.RequireAsync(exchange, DocumentId.DesignPrefix + designName, ReadOptions.Winner);
        if (exchange.Protocol.Scripts is not { } limits)
            throw CouchException.NotImplemented("This server runs no JavaScript: filter functions are not supported.");
        var source = View.Function(design, isView ? "views" : "filters", name);
        var script = await ScriptThread.RunAsync(limits, () => Script.Compile(source, limits), exchange.Aborted);
        return new ScriptFilter(script, limits, isView ? null : Request(exchange));
    }

    protected override async ValueTask<bool> SelectsAsync(StoredDocument document, CancellationToken cancellationToken) =>
        await ScriptThread.RunAsync(_limits, () => Selects(document), cancellationToken);

    private bool Selects(StoredDocument document)
    {
        var json = new ArrayBufferWriter<byte>(document.Members.Length + 128);
        DocumentCodec.WriteWithAttachments(json, document);
        var text = Encoding.UTF8.GetString(json.WrittenSpan);
        try
        {
            return _request is null ? _script.Map(text) != "[]" : _script.Passes(text, _request);
        }
        catch (ScriptException) when (_request is null)
        {
            return false;
        }
        catch (ScriptException failure)
        {
            throw new CouchException(StatusCodes.Status400BadRequest, "filter_failed", failure.Message);
        }
    }

    // What the function is told of the request.
    private static string Request(Exchange exchange)
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonOutput(output).Raw("{\"method\":"u8).String(exchange.Method).Raw(",\"query\":{"u8);
        var first = true;
        foreach (var (name, value) in exchange.Query.Values)
        {
            json.Raw(first ? ""u8 : ","u8).String(name).Raw(":"u8).String(value);
            first = false;
        }

        json.Raw("}}"u8);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
