using System.Buffers;
using System.Globalization;
using System.Text;
using Cozy.Storage.Documents;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Cozy.Web.Data.Listings;

/// <summary>
/// <c>_normal_docs</c>: the documents of a doctype without the design documents, page by page. Design documents stand
/// together in the order of ids, so the listing jumps over them.
/// </summary>
internal static class NormalListing
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary>The first id behind those of design documents.</summary>
    private const string AfterDesigns = "_design0";

    /// <summary>Answers the request.</summary>
    public static async Task AnswerAsync(HttpContext context, GrainDocuments documents, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var database = DataRequest.Database(context);
        var query = context.Request.Query;
        var after = query["bookmark"].ToString() is { Length: > 0 } bookmark ? ReadBookmark(bookmark) : null;
        var limit = Number(query["limit"].ToString()) is > 0 and <= MaxLimit and var given ? given : DefaultLimit;
        var skip = after is null ? Math.Max(0, Number(query["skip"].ToString())) : 0;
        var counts = await CountAsync(documents, database, skip > 0);

        context.Response.ContentType = JsonAnswer.Json;
        var output = context.Response.BodyWriter;
        output.Write("{\"total_rows\":"u8);
        output.WriteNumber(counts.Total);
        output.Write(",\"rows\":["u8);

        // From here on a failure cuts the answer off.
        await output.FlushAsync(context.RequestAborted);
        string? last = null;
        var written = 0;
        foreach (var range in Ranges(after, skip, counts.BeforeDesigns))
        {
            var pages = new ListingPages(documents, database, range with { Limit = limit - written });
            for (var rows = await pages.NextAsync(context.RequestAborted); rows.Count > 0;)
            {
                foreach (var row in rows)
                {
                    output.Write(written++ > 0 ? ","u8 : ""u8);
                    DocumentCodec.Write(output, row.Document!);
                }

                last = rows[^1].Id;
                await output.FlushAsync(context.RequestAborted);
                rows = await pages.NextAsync(context.RequestAborted);
            }
        }

        output.Write("],\"bookmark\":"u8);
        output.WriteString(last is null ? "" : WriteBookmark(last));
        if (query["execution_stats"] == "true")
            WriteStatistics(output, written, time.GetElapsedTime(started));
        output.Write("}"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private static async Task<(long Total, long BeforeDesigns)> CountAsync(
        GrainDocuments documents, DatabaseName database, bool countBefore)
    {
        var designs = 0L;
        var range = new ListQuery { StartKey = DocumentId.DesignPrefix, EndKey = AfterDesigns, InclusiveEnd = false };
        var pages = new ListingPages(documents, database, range);
        for (var rows = await pages.NextAsync(default); rows.Count > 0; rows = await pages.NextAsync(default))
            designs += rows.Count;

        var facts = await documents.ListAsync(database, range with { Limit = 0, CountOffset = countBefore });
        return (facts.TotalRows - designs, facts.Offset ?? 0);
    }

    private static IEnumerable<ListQuery> Ranges(string? after, int skip, long beforeDesigns)
    {
        var all = new ListQuery { IncludeDocuments = true };
        if (after is not null && string.CompareOrdinal(after, AfterDesigns) >= 0)
        {
            yield return all with { StartKey = Successor(after) };
            yield break;
        }

        if (after is not null || skip < beforeDesigns || skip == 0)
        {
            yield return all with
            {
                StartKey = after is null ? null : Successor(after),
                EndKey = DocumentId.DesignPrefix,
                InclusiveEnd = false,
                Skip = skip,
            };
        }

        yield return all with { StartKey = AfterDesigns, Skip = (int)Math.Max(0, skip - beforeDesigns) };
    }

    /// <summary>The first id behind an id.</summary>
    private static string Successor(string id) => id + '\0';

    private static string WriteBookmark(string id) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes("id:" + id));

    private static string ReadBookmark(string bookmark)
    {
        try
        {
            var text = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(bookmark));
            if (text.StartsWith("id:", StringComparison.Ordinal))
                return text[3..];
        }
        catch (FormatException)
        {
            // Told below.
        }

        throw new ApiException(ApiError.Couch(400, "invalid_bookmark", $"Invalid bookmark value: \"{bookmark}\""));
    }

    private static void WriteStatistics(IBufferWriter<byte> output, int documents, TimeSpan elapsed)
    {
        output.Write(",\"execution_stats\":{\"total_keys_examined\":"u8);
        output.WriteNumber(documents);
        output.Write(",\"total_docs_examined\":"u8);
        output.WriteNumber(documents);
        output.Write(",\"results_returned\":"u8);
        output.WriteNumber(documents);
        output.Write(",\"execution_time_ms\":"u8);
        output.Write(Encoding.ASCII.GetBytes(elapsed.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture)));
        output.Write("}"u8);
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
