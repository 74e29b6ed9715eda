using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cozy.Storage.Documents.Mango.Selectors;

namespace Cozy.Storage.Documents.Mango;

/// <summary>
/// A Mango selector: which documents are meant. It reads documents as bytes of canonical JSON, in place. Safe for use
/// by several threads.
/// </summary>
public sealed class Selector
{
    private readonly MangoLimits _limits;

    private Selector(ReadOnlyMemory<byte> json, SelectorNode root, MangoLimits limits)
    {
        Json = json;
        Root = root;
        _limits = limits;
    }

    /// <summary>The selector that selects everything, <c>{}</c>.</summary>
    public static Selector Everything { get; } = Parse("{}"u8);

    /// <summary>The selector as it was given, in canonical JSON.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    internal SelectorNode Root { get; }

    /// <summary>Reads a selector.</summary>
    /// <exception cref="DocumentStoreException">It is not one, with CouchDB's words for why; or it exceeds the limits.</exception>
    public static Selector Parse(ReadOnlySpan<byte> json, MangoLimits? limits = null)
    {
        limits ??= MangoLimits.Default;
        CheckLength(json.Length, limits);
        var canonical = DocumentCodec.Canonicalize(json);
        using var document = JsonDocument.Parse(canonical, MangoJson.Options);
        return Parse(document.RootElement, limits);
    }

    /// <summary>Reads a selector out of JSON that was brought into canonical form.</summary>
    internal static Selector Parse(JsonElement element, MangoLimits limits)
    {
        var json = JsonMarshal.GetRawUtf8Value(element);
        CheckLength(json.Length, limits);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw DocumentStoreException.Invalid(
                "invalid_selector_json", $"Selector must be a JSON object, not: {ErlangText.Bytes(element)}");
        }

        var root = json.Length == 2
            ? EverythingNode.Empty
            : SelectorNormalizer.Normalize(new SelectorParser(limits).Parse(element));
        return new Selector(json.ToArray(), root, limits);
    }

    /// <summary>Whether a document is selected.</summary>
    /// <param name="document">The document as an object of canonical JSON, as <see cref="DocumentCodec"/> writes it.</param>
    /// <exception cref="DocumentStoreException">A regular expression takes longer than the limits allow.</exception>
    public bool Matches(ReadOnlySpan<byte> document) => Root.Matches(document, NewContext());

    /// <summary>Whether a document is selected; <c>_deleted</c> and what else is known of it count as its fields.</summary>
    /// <exception cref="DocumentStoreException">A regular expression takes longer than the limits allow.</exception>
    public bool Matches(StoredDocument document)
    {
        var output = new ArrayBufferWriter<byte>(document.Members.Length + 256);
        DocumentCodec.Write(output, document);
        return Matches(output.WrittenSpan);
    }

    /// <summary>Writes the selector with every operator and every field spelled out, as CouchDB shows it.</summary>
    public void WriteNormalized(IBufferWriter<byte> output) => Root.Write(output);

    internal MatchContext NewContext() => new(_limits);

    private static void CheckLength(int length, MangoLimits limits)
    {
        if (length > limits.MaxSelectorBytes)
        {
            throw new DocumentStoreException(
                StoreError.TooLarge, "too_large", $"A selector may have {limits.MaxSelectorBytes} bytes.");
        }
    }
}
