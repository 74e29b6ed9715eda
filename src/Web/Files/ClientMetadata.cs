using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>The <c>metadata</c> that clients give files, without what they may not say.</summary>
internal static class ClientMetadata
{
    private static readonly Dictionary<string, string> Certified = new Dictionary<string, string>
    {
        ["carbonCopy"] = "io.cozy.certified.carbon_copy",
        ["electronicSafe"] = "io.cozy.certified.electronic_safe",
    };

    /// <summary>The metadata of an upload: by <c>MetadataID</c>, or (an older way) in the query; null for none.</summary>
    /// <exception cref="ApiException">422: the id is not good; 400: not a JSON object.</exception>
    public static async Task<ReadOnlyMemory<byte>?> OfUploadAsync(HttpContext context, FileTickets tickets, WebOptions options)
    {
        var query = context.Request.Query;
        if (query["MetadataID"].ToString() is { Length: > 0 } id)
        {
            return await tickets.ReadMetadataAsync(context, id)
                ?? throw ApiException.Invalid("MetadataID", "Invalid or expired MetadataID");
        }

        if (query["Metadata"].ToString() is not { Length: > 0 } text)
            return null;
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = options.MaxJsonDepth });
            return json.RootElement.ValueKind == JsonValueKind.Object ? Clean(context.Caller(), json.RootElement) : throw FileBody.Malformed();
        }
        catch (JsonException)
        {
            throw FileBody.Malformed();
        }
    }

    /// <summary>An object without the members that say what only some callers may certify.</summary>
    public static byte[] Clean(Caller caller, JsonElement metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in metadata.EnumerateObject())
            {
                if (!Certified.TryGetValue(member.Name, out var doctype) || caller.Permissions.AllowsAll(Verbs.Post, doctype))
                    member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
