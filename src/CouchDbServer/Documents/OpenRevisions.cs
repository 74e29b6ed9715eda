using System.Globalization;
using System.Security.Cryptography;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.CouchDb;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary><c>?open_revs=</c>: several revisions of one document, as JSON or as the parts of a MIME message.</summary>
internal static class OpenRevisions
{
    /// <summary>Answers with the revisions given; with all leaves when they are null.</summary>
    public static async Task AnswerAsync(Exchange exchange, string id, IReadOnlyList<Revision>? revisions)
    {
        var leaves = await exchange.Store.GetLeavesAsync(
            exchange.Database,
            id,
            revisions,
            exchange.Query.IsTrue("latest"),
            exchange.Query.IsTrue("revs"),
            exchange.Aborted);
        if (leaves is null && revisions is null)
            throw CouchException.Missing();

        var found = Sort(leaves ?? [.. revisions!.Select(revision => new LeafRead(revision, null))]);
        if (WantsJson(exchange.Http.Request))
            await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Array(found, WriteResult));
        else
            await AnswerMultipartAsync(exchange, found);
    }

    /// <summary>CouchDB answers with what it found first, each group from the lowest revision to the highest.</summary>
    private static List<LeafRead> Sort(IEnumerable<LeafRead> leaves) =>
        [.. leaves
            .DistinctBy(leaf => (leaf.Revision, leaf.Document is null))
            .OrderBy(leaf => leaf.Document is null)
            .ThenBy(leaf => leaf.Revision, RevisionOrder.Instance)];

    private static void WriteResult(JsonOutput json, LeafRead leaf)
    {
        if (leaf.Document is null)
            json.Raw("{\"missing\":"u8).String(leaf.Revision);
        else
            json.Raw("{\"ok\":"u8).Document(leaf.Document);
        json.Raw("}"u8);
    }

    /// <summary>A client that accepts anything gets MIME, as from CouchDB: only JSON by name is JSON.</summary>
    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Length > 0
            && !accept.Contains("multipart/", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("*/*", StringComparison.Ordinal);
    }

    private static Task AnswerMultipartAsync(Exchange exchange, List<LeafRead> leaves)
    {
        var boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var separator = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"--{boundary}"));
        exchange.Http.Response.ContentType = $"multipart/mixed; boundary=\"{boundary}\"";
        return exchange.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            foreach (var leaf in leaves)
            {
                json.Raw(separator);
                if (leaf.Document is null)
                {
                    json.Raw("\r\nContent-Type: application/json; error=\"true\"\r\n\r\n{\"missing\":"u8)
                        .String(leaf.Revision).Raw("}\r\n"u8);
                }
                else
                {
                    json.Raw("\r\nContent-Type: application/json\r\n\r\n"u8).Document(leaf.Document).Raw("\r\n"u8);
                }
            }

            json.Raw(separator).Raw("--"u8);
        });
    }
}
