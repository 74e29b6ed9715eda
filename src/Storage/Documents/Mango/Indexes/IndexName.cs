using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Storage.Documents.Json;
using Cozy.Storage.Documents.Revisions;

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
        var term = new ErlangTerm(output);
        term.Version();
        term.Tuple(2);
        Value(term, request.GetProperty("index"));
        term.List(6);
        Option(term, "ddoc"u8, request, () => term.Atom("auto_name"u8));
        term.Tuple(2);
        term.Atom("def"u8);
        Value(term, request.GetProperty("index"));
        Option(term, "name"u8, request, () => term.Atom("auto_name"u8));
        Option(term, "partitioned"u8, request, () => term.Atom("db_default"u8));
        Option(term, "type"u8, request, () => term.Binary("json"u8));
        Option(term, "w"u8, request, () => term.Integer(2));
        term.Nil();
        return Convert.ToHexStringLower(SHA1.HashData(output.Written));
    }

    private static void Option(ErlangTerm term, ReadOnlySpan<byte> name, JsonElement request, Action fallback)
    {
        term.Tuple(2);
        term.Atom(name);
        if (request.TryGetProperty(name, out var value))
            Value(term, value);
        else
            fallback();
    }

    private static void Value(ErlangTerm term, JsonElement value) => term.Json(JsonMarshal.GetRawUtf8Value(value));
}
