using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cozy.Storage.Documents;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Data.Listings;

/// <summary>
/// <c>_all_docs</c> with <c>Fields</c> or <c>DesignDocs=false</c>: documents with some of their members, for those who would
/// otherwise fetch all to look at little.
/// </summary>
internal static class SelectedListing
{
    /// <summary>Whether the request is one of these.</summary>
    public static bool IsAsked(IQueryCollection query) =>
        query["Fields"].ToString().Length > 0 || query["DesignDocs"].ToString().Length > 0;

    /// <summary>Answers it.</summary>
    public static async Task AnswerAsync(HttpContext context, GrainDocuments documents)
    {
        var query = context.Request.Query;
        var fields = query["Fields"].ToString() is { Length: > 0 } names ? new FieldSelection(names.Split(',')) : null;
        var withDesigns = query["DesignDocs"] != "false";
        var pages = new ListingPages(documents, DataRequest.Database(context), Range(query));
        var rows = await pages.NextAsync(context.RequestAborted);

        context.Response.ContentType = JsonAnswer.Json;
        var output = context.Response.BodyWriter;
        output.Write("{\"rows\":["u8);
        var count = 0;
        for (; rows.Count > 0; rows = await pages.NextAsync(context.RequestAborted))
        {
            foreach (var row in rows)
            {
                if (!withDesigns && row.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                    continue;
                if (count++ > 0)
                    output.Write(","u8);
                WriteRow(output, row, fields);
            }

            await output.FlushAsync(context.RequestAborted);
        }

        output.Write("],\"offset\":0,\"total_rows\":"u8);
        output.WriteNumber(count);
        output.Write("}"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private static void WriteRow(IBufferWriter<byte> output, DocumentRow row, FieldSelection? fields)
    {
        output.Write("{\"id\":"u8);
        output.WriteString(row.Id);
        output.Write(",\"rev\":"u8);
        output.WriteString(row.Revision!.Value.ToString());
        output.Write(",\"doc\":"u8);
        if (fields is null)
        {
            DocumentCodec.Write(output, row.Document!);
        }
        else
        {
            using var document = new PooledBuffer();
            DocumentCodec.Write(document, row.Document!);
            fields.Write(output, document.Written.Span);
        }

        output.Write("}"u8);
    }

    private static ListQuery Range(IQueryCollection query) => new()
    {
        StartKey = Key(query["startkey"].ToString()),
        EndKey = Key(query["endkey"].ToString()),
        Descending = query["descending"] == "true",
        Limit = Number(query["limit"].ToString()) is > 0 and var limit ? limit : null,
        Skip = Math.Max(0, Number(query["skip"].ToString())),
        IncludeDocuments = true,
    };

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // As JSON, which is how CouchDB wants it, or plain.
    private static string? Key(string text)
    {
        if (text.Length == 0)
            return null;
        if (text[0] != '"')
            return text;

        try
        {
            return JsonSerializer.Deserialize<string>(text);
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.Proxied(400, "bad_request", "invalid UTF-8 JSON"));
        }
    }
}
