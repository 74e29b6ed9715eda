using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>
/// The name of an index that was given none: CouchDB hashes the request in Erlang's external term format. The same
/// request makes the same design document on both, so that replication does not bring an index twice.
/// </summary>
internal static class IndexName
{
    [SuppressMessage("Security", "CA5350", Justification = "It is a name, not a protection.")]
    public static string Generate(JsonElement request)
    {
        using var output = new ByteBuffer(512);
        var term = new ErlangTermWriter(output);
        term.Start();
        term.Tuple(2);
        term.Value(request.GetProperty("index"));
        term.StartList(6);
        Option(term, "ddoc", request, () => term.Atom("auto_name"));
        term.Tuple(2);
        term.Atom("def");
        term.Value(request.GetProperty("index"));
        Option(term, "name", request, () => term.Atom("auto_name"));
        Option(term, "partitioned", request, () => term.Atom("db_default"));
        Option(term, "type", request, () => term.String("json"));
        Option(term, "w", request, () => term.Value(Two));
        term.EndList();
        return Convert.ToHexStringLower(SHA1.HashData(output.Written));
    }

    private static JsonElement Two { get; } = MangoJson.Parse("2"u8);

    private static void Option(ErlangTermWriter term, string name, JsonElement request, Action fallback)
    {
        term.Tuple(2);
        term.Atom(name);
        if (request.TryGetProperty(name, out var value))
            term.Value(value);
        else
            fallback();
    }
}
