using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Storage.Documents;
using Cozy.Web.Json;

namespace Cozy.Web.Accounts;

/// <summary>Changes the members of accounts.</summary>
internal static class AccountMembers
{
    private const int MaxDepth = 1024;

    /// <summary>How they are read: as deep as documents may be.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth };

    /// <summary>The members after a change.</summary>
    public static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> members, Action<JsonObject> change)
    {
        var account = Parse(members);
        change(account);
        return Write(account);
    }

    /// <summary>The members of an object, in the form in which they are kept.</summary>
    public static ReadOnlyMemory<byte> Write(JsonObject account)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth }))
            account.WriteTo(json);
        return DocumentCodec.Parse(buffer.Written.Span).Members;
    }

    /// <summary>The members as an object.</summary>
    public static JsonObject Parse(ReadOnlyMemory<byte> members) =>
        (JsonObject)JsonNode.Parse([(byte)'{', .. members.Span, (byte)'}'], documentOptions: Reading)!;

    /// <summary>An account is called by what its <c>identifier</c> names, or by its login.</summary>
    public static void SetName(JsonObject account)
    {
        if (account["auth"] is not JsonObject auth)
            return;
        var field = Text(account, "identifier") is { Length: > 0 } identifier ? identifier : "login";
        if (Text(auth, field) is { } name)
            account["name"] = name;
    }

    /// <summary>A text; null when it is missing or something else.</summary>
    public static string? Text(JsonObject? owner, string name) =>
        owner?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
