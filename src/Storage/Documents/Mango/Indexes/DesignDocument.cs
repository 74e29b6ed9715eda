using System.Buffers;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>
/// Indexes as CouchDB keeps them: as views of a design document whose language is <c>query</c>. Documents are given, and
/// made, as their members (<see cref="StoredDocument.Members"/>).
/// </summary>
internal static class DesignDocument
{
    private const string EmptyMembers = "\"language\":\"query\"";

    /// <summary>The indexes of a design document; what is not one of Mango's is left out.</summary>
    public static List<MangoIndex> Read(string id, ReadOnlySpan<byte> members, MangoLimits limits)
    {
        var indexes = new List<MangoIndex>();
        using var document = Parse(members);
        if (!IsQuery(document.RootElement) || !document.RootElement.TryGetProperty("views", out var views)
            || views.ValueKind != JsonValueKind.Object)
        {
            return indexes;
        }

        foreach (var view in views.EnumerateObject())
        {
            if (ReadView(id, view, limits) is { } index)
                indexes.Add(index);
        }

        return indexes;
    }

    /// <summary>The document with an index in it; the same bytes when it has the same one already.</summary>
    /// <param name="members">The document as it is.</param>
    /// <param name="request">The index.</param>
    /// <param name="isNew">Whether there is no such document, or no more.</param>
    /// <exception cref="DocumentStoreException">The document is in another language.</exception>
    public static byte[] Add(ReadOnlySpan<byte> members, IndexRequest request, bool isNew)
    {
        if (isNew)
            members = Encoding.UTF8.GetBytes(EmptyMembers);
        RequireQuery(members);
        return ChangeView(members, request.Name, View(request));
    }

    /// <summary>The document without an index; empty when nothing is left in it.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> members, string name)
    {
        var changed = ChangeView(members, name, null);
        return changed.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(EmptyMembers)) ? [] : changed;
    }

    private static MangoIndex? ReadView(string id, JsonProperty view, MangoLimits limits)
    {
        if (view.Value.ValueKind != JsonValueKind.Object
            || !view.Value.TryGetProperty("options", out var options) || options.ValueKind != JsonValueKind.Object
            || !view.Value.TryGetProperty("map", out var map) || map.ValueKind != JsonValueKind.Object
            || !map.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            var filter = map.TryGetProperty("partial_filter_selector", out var selector)
                && !selector.GetRawText().Equals("{}", StringComparison.Ordinal)
                    ? Selector.Parse(selector, limits)
                    : null;
            return new MangoIndex(
                id,
                view.Name,
                [.. fields.EnumerateObject().Select(field => new SortField(
                    field.Name, field.Value.ValueKind == JsonValueKind.String && field.Value.GetString() == "desc"))],
                filter);
        }
        catch (DocumentStoreException)
        {
            // Written by hand, and nothing that could be indexed.
            return null;
        }
    }

    /// <summary>Sets the value of a view; null takes the view out, and the list of views with the last of them.</summary>
    private static byte[] ChangeView(ReadOnlySpan<byte> members, string name, byte[]? view)
    {
        var output = new ArrayBufferWriter<byte>(members.Length + 256);
        var key = JsonQuote.Bytes(name);
        var reader = new JsonMembers([(byte)'{', .. members, (byte)'}']);
        var found = false;
        while (reader.MoveNext())
        {
            if (!reader.Key.SequenceEqual("\"views\""u8))
            {
                WriteMember(output, reader.Key, reader.Value);
                continue;
            }

            found = true;
            var views = reader.Value[0] == '{' ? Views(reader.Value, key, view) : Views("{}"u8, key, view);
            if (views.Length > 2)
                WriteMember(output, reader.Key, views);
        }

        if (!found && view is not null)
            WriteMember(output, "\"views\""u8, Views("{}"u8, key, view));
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Views(ReadOnlySpan<byte> views, byte[] key, byte[]? view)
    {
        var output = new ArrayBufferWriter<byte>(views.Length + 256);
        var reader = new JsonMembers(views);
        var found = false;
        while (reader.MoveNext())
        {
            if (!reader.Key.SequenceEqual(key))
            {
                WriteMember(output, reader.Key, reader.Value);
                continue;
            }

            found = true;
            if (view is not null)
                WriteMember(output, key, view);
        }

        if (!found && view is not null)
            WriteMember(output, key, view);
        return [(byte)'{', .. output.WrittenSpan, (byte)'}'];
    }

    private static void WriteMember(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (output.WrittenCount > 0)
            output.Write(","u8);
        output.Write(key);
        output.Write(":"u8);
        output.Write(value);
    }

    private static byte[] View(IndexRequest request)
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write("{\"map\":{\"fields\":{"u8);
        output.Write(Encoding.UTF8.GetBytes(string.Join(
            ',', request.Index.Fields.Select(field => $"{JsonQuote.Text(field.Field)}:\"{MangoIndex.Direction(field)}\""))));
        output.Write("},\"partial_filter_selector\":"u8);
        (request.Index.PartialFilter ?? Selector.Everything).WriteNormalized(output);
        output.Write("},\"reduce\":\"_count\",\"options\":{\"def\":"u8);
        output.Write(request.Definition.Span);
        output.Write("}}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static void RequireQuery(ReadOnlySpan<byte> members)
    {
        using var document = Parse(members);
        if (IsQuery(document.RootElement))
            return;
        var language = document.RootElement.TryGetProperty("language", out var value)
            ? $"{{<<\"language\">>,{ErlangText.Text(value)}}}"
            : "false";
        throw DocumentStoreException.Invalid("invalid_ddoc_lang", $"Existing design doc has an invalid language: {language}");
    }

    private static bool IsQuery(JsonElement document) =>
        document.TryGetProperty("language", out var language)
        && language.ValueKind == JsonValueKind.String && language.GetString() == "query";

    private static JsonDocument Parse(ReadOnlySpan<byte> members) =>
        JsonDocument.Parse((byte[])[(byte)'{', .. members, (byte)'}'], MangoJson.Options);
}
