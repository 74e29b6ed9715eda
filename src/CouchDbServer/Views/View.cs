using System.Buffers;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary>A view of a design document.</summary>
/// <param name="Map">The source of its map.</param>
/// <param name="Reduce">The source of its reduce, or the name of one that CouchDB brings along; null for none.</param>
internal sealed record View(string Map, string? Reduce)
{
    /// <summary>The view of a name.</summary>
    /// <exception cref="CouchException">There is none, or none that can be run here.</exception>
    public static View Read(StoredDocument design, string name)
    {
        var json = Members(design);
        if (json.Member("views") is not { ValueKind: JsonValueKind.Object } views
            || views.Member(name) is not { ValueKind: JsonValueKind.Object } view)
        {
            throw CouchException.NotFound("missing_named_view");
        }

        if (json.Member("language")?.GetString() is { } language and not "javascript")
            throw CouchException.NotImplemented($"This server runs no functions in the language {language}.");
        if (json.Member("options") is { ValueKind: JsonValueKind.Object } options
            && options.EnumerateObject().Select(option => option.Name).FirstOrDefault(IsUnknown) is { } other)
        {
            throw CouchException.NotImplemented($"This server knows no {other} of views.");
        }

        return view.Member("map") is { ValueKind: JsonValueKind.String } map
            ? new View(map.Text(), view.Member("reduce") is { ValueKind: JsonValueKind.String } reduce ? reduce.Text() : null)
            : throw CouchException.NotFound("missing_named_view");
    }

    /// <summary>A function of a design document, such as a filter.</summary>
    /// <exception cref="CouchException">There is none.</exception>
    public static string Function(StoredDocument design, string kind, string name)
    {
        if (Members(design).Member(kind) is not { ValueKind: JsonValueKind.Object } functions)
            throw CouchException.NotFound($"missing json key: {kind}");
        var function = functions.Member(name) ?? throw CouchException.NotFound($"missing json key: {name}");
        if (kind == "views")
            function = function.Member("map") ?? default;
        return function.ValueKind == JsonValueKind.String
            ? function.Text()
            : throw CouchException.NotFound($"missing json key: {name}");
    }

    private static bool IsUnknown(string option) => option is "collation" or "include_design" or "local_seq";

    /// <summary>What a design document says.</summary>
    public static JsonElement Members(StoredDocument design)
    {
        var json = new ArrayBufferWriter<byte>(design.Members.Length + 2);
        DocumentCodec.WriteMembersAsObject(json, design.Members.Span);
        return JsonText.Parse(json.WrittenMemory);
    }
}
