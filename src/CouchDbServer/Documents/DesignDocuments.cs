using System.Buffers;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>The shape design documents must have, and, where functions are run, that their views are functions.</summary>
internal static class DesignDocuments
{
    private static readonly string[] Reduces =
        ["_sum", "_count", "_stats", "_approx_count_distinct", "_first", "_last", "_top", "_bottom"];

    /// <exception cref="CouchException">It is a design document of another shape.</exception>
    public static void Check(WriteRequest write, ProtocolContext protocol)
    {
        if (Problem(write, protocol) is { } problem)
            throw problem;
    }

    /// <summary>What is wrong with a design document; null when nothing is, and for other documents.</summary>
    public static CouchException? Problem(WriteRequest write, ProtocolContext protocol)
    {
        if (write.Deleted || !write.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
            return null;
        var json = new ArrayBufferWriter<byte>(write.Members.Length + 2);
        DocumentCodec.WriteMembersAsObject(json, write.Members.Span);
        var design = JsonText.Parse(json.WrittenMemory);
        if (design.Member("language") is { ValueKind: not JsonValueKind.String })
            return Invalid("`language` field must have string type");
        var language = design.Member("language")?.Text() ?? "javascript";
        return OptionsProblem(design) ?? FunctionsProblem(design) ?? ViewsProblem(design, language)
            ?? (protocol.Scripts is not null && language == "javascript" ? SourceProblem(design) : null);
    }

    private static CouchException? OptionsProblem(JsonElement design)
    {
        if (design.Member("options") is not { } options)
            return null;
        if (options.ValueKind != JsonValueKind.Object)
            return Invalid("`options` field must have object type");
        return options.Member("partitioned") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) }
            ? Invalid("`options.partitioned` field must have boolean type")
            : null;
    }

    private static CouchException? FunctionsProblem(JsonElement design)
    {
        foreach (var name in new[] { "filters", "lists", "shows", "updates" })
        {
            if (design.Member(name) is not { } functions)
                continue;
            if (functions.ValueKind != JsonValueKind.Object)
                return Invalid($"`{name}` field must have object type");
            foreach (var function in functions.EnumerateObject())
            {
                if (function.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
                    return Invalid($"`{name}.{function.Name}` field must have string or object type");
            }
        }

        if (design.Member("rewrites") is { ValueKind: not (JsonValueKind.Array or JsonValueKind.String) })
            return Invalid("`rewrites` field must have array or string type");
        return design.Member("validate_doc_update") is { ValueKind: not JsonValueKind.String }
            ? Invalid("`validate_doc_update` field must have string type")
            : null;
    }

    private static CouchException? ViewsProblem(JsonElement design, string language)
    {
        if (design.Member("views") is not { } views)
            return null;
        return views.ValueKind != JsonValueKind.Object
            ? Invalid("`views` field must have object type")
            : views.EnumerateObject().Where(view => view.Name != "lib")
                .Select(view => ViewProblem(view.Name, view.Value, language)).FirstOrDefault(problem => problem is not null);
    }

    private static CouchException? ViewProblem(string name, JsonElement view, string language)
    {
        if (view.ValueKind != JsonValueKind.Object)
            return Invalid($"`views.{name}` field must have object type");
        if (view.Member("map") is not { } map)
            return Invalid($"View `{name}` must contain map function");

        // The map of an index for queries is no function.
        if (language == "query")
            return null;
        if (map.ValueKind != JsonValueKind.String)
            return Invalid($"`views.{name}.map` field must have string type");
        if (language == "javascript" && map.Text().Length == 0)
            return CouchException.NotFound("missing function");
        if (view.Member("reduce") is not { } reduce)
            return null;
        if (reduce.ValueKind != JsonValueKind.String)
            return Invalid($"`views.{name}.reduce` field must have string type");
        return reduce.Text() is ['_', ..] && !Reduces.Any(r => reduce.Text().StartsWith(r, StringComparison.Ordinal))
            ? Invalid($"`{reduce.Text()}` is not a supported reduce function.")
            : null;
    }

    private static CouchException? SourceProblem(JsonElement design)
    {
        if (design.Member("views") is not { ValueKind: JsonValueKind.Object } views)
            return null;
        foreach (var view in views.EnumerateObject().Where(view => view.Name != "lib"))
        {
            foreach (var kind in new[] { "map", "reduce" })
            {
                if (view.Value.Member(kind)?.Text() is { } source and not ['_', ..] && Script.SyntaxProblem(source) is { } problem)
                {
                    return new CouchException(
                        StatusCodes.Status400BadRequest, "compilation_error",
                        $"Compilation of the {kind} function in the '{view.Name}' view failed: {problem}");
                }
            }
        }

        return null;
    }

    private static CouchException Invalid(string reason) =>
        new(StatusCodes.Status400BadRequest, "invalid_design_doc", reason);
}
