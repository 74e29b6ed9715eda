using Cozy.CouchDbServer.Attachments;
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
        var attachments = AttachmentOptions.Parse(exchange.Query);
        var showRevisions = exchange.Query.IsTrue("revs");
        var leaves = await exchange.Store.GetLeavesAsync(
            exchange.Database,
            id,
            revisions,
            exchange.Query.IsTrue("latest"),
            showRevisions || attachments.Since is not null,
            exchange.Aborted);
        if (leaves is null && revisions is null)
            throw CouchException.Missing();

        var found = Sort(leaves ?? [.. revisions!.Select(revision => new LeafRead(revision, null))]);
        if (WantsJson(exchange.Http.Request))
            await AnswerJsonAsync(exchange, found, attachments, showRevisions);
        else
            await AnswerMultipartAsync(exchange, found, attachments with { WithData = true }, showRevisions);
    }

    /// <summary>CouchDB answers with what it found first, each group from the lowest revision to the highest.</summary>
    private static List<LeafRead> Sort(IEnumerable<LeafRead> leaves) =>
        [.. leaves.OrderBy(leaf => leaf.Document is null).ThenBy(leaf => leaf.Revision, RevisionOrder.Instance)];

    private static async Task AnswerJsonAsync(
        Exchange exchange, List<LeafRead> leaves, AttachmentOptions attachments, bool showRevisions)
    {
        var json = exchange.StartStream().Raw("["u8);
        for (var i = 0; i < leaves.Count; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            if (leaves[i].Document is { } document)
            {
                json.Raw("{\"ok\":"u8);
                await AttachmentOutput.WriteDocumentAsync(
                    exchange, json, Show(document, showRevisions), attachments.For(document));
            }
            else
            {
                json.Raw("{\"missing\":"u8).String(leaves[i].Revision);
            }

            json.Raw("}"u8);
            await exchange.FlushAsync();
        }

        json.Raw("]\n"u8);
        await exchange.FlushAsync();
    }

    /// <summary>A client that accepts anything gets MIME, as from CouchDB: only JSON by name is JSON.</summary>
    private static bool WantsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Length > 0
            && !accept.Contains("multipart/", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("*/*", StringComparison.Ordinal);
    }

    private static async Task AnswerMultipartAsync(
        Exchange exchange, List<LeafRead> leaves, AttachmentOptions attachments, bool showRevisions)
    {
        var boundary = MultipartOutput.NewBoundary();
        var separator = System.Text.Encoding.ASCII.GetBytes($"--{boundary}");
        var output = exchange.StartStream($"multipart/mixed; boundary=\"{boundary}\"");
        foreach (var leaf in leaves)
        {
            output.Raw(separator).Raw("\r\n"u8);
            if (leaf.Document is not { } document)
            {
                output.Raw("Content-Type: application/json; error=\"true\"\r\n\r\n{\"missing\":"u8).String(leaf.Revision).Raw("}"u8);
            }
            else if (document.Attachments.Count == 0)
            {
                output.Raw("Content-Type: application/json\r\n\r\n"u8).Document(Show(document, showRevisions));
            }
            else
            {
                var inner = MultipartOutput.NewBoundary();
                output.Raw(System.Text.Encoding.ASCII.GetBytes($"Content-Type: {MultipartOutput.ContentType(inner)}\r\n\r\n"));
                await MultipartOutput.WriteAsync(
                    exchange, output, Show(document, showRevisions), attachments.For(document), inner);
            }

            output.Raw("\r\n"u8);
        }

        output.Raw(separator).Raw("--"u8);
        await exchange.FlushAsync();
    }

    private static StoredDocument Show(StoredDocument document, bool revisions) =>
        revisions || document.Details is null ? document : document with { Details = null };
}
