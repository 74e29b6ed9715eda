using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Security;
using Cozy.CouchDbServer.Validation;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary><c>POST /{db}/_bulk_docs</c>: many writes, each of which succeeds or fails on its own.</summary>
internal static class BulkDocsEndpoint
{
    public static readonly Route Route = new("POST", ("POST", PostAsync));

    private static async Task PostAsync(Exchange exchange)
    {
        var body = await exchange.ReadJsonBodyAsync();
        var bulk = BulkBody.Parse(body.Span);
        var writes = new List<WriteRequest>(bulk.Documents.Count);
        foreach (var range in bulk.Documents)
            writes.Add(WriteRequest.Parse(body.Span[range], null, null, exchange.Protocol.Limits).Fill([], exchange.Protocol.Limits));

        foreach (var write in writes)
            PublicAccess.CheckWrite(exchange, write.Id);
        if (bulk.AllOrNothing)
            await RefuseAsync(exchange, writes);
        else if (bulk.NewEdits)
            await EditAsync(exchange, writes);
        else
            await ReplicateAsync(exchange, writes);
    }

    private static async Task EditAsync(Exchange exchange, List<WriteRequest> writes)
    {
        var problems = await ProblemsAsync(exchange, writes, newEdits: true);
        var edits = writes.Where(write => IsEdit(write, problems)).Select(write => write.ToEdit()).ToList();
        var edited = edits.Count == 0
            ? []
            : await exchange.Store.EditAsync(exchange.Database, edits, exchange.Aborted);
        DocumentValidation.Forget(exchange, edits.Select(edit => edit.Id));
        exchange.Protocol.Signals.Raise(exchange.Database);
        var local = await WriteLocalAsync(exchange, writes, newEdits: true);

        var nextEdited = 0;
        var nextLocal = 0;
        await exchange.AnswerAsync(StatusCodes.Status201Created, json => json.Array(writes, (json, write) =>
        {
            if (problems.TryGetValue(write, out var problem))
                WriteFailure(json, write.Id, problem.Error, problem.Reason);
            else if (write.IsLocal)
                DocumentWriteEndpoints.WriteResult(json, write.Id, local[nextLocal++]);
            else
                WriteResult(json, edited[nextEdited++]);
        }));
    }

    private static async Task ReplicateAsync(Exchange exchange, List<WriteRequest> writes)
    {
        var problems = await ProblemsAsync(exchange, writes, newEdits: false);
        var edits = writes.Where(write => IsEdit(write, problems)).Select(write => write.ToReplicatedEdit()).ToList();
        var failures = edits.Count == 0
            ? []
            : await exchange.Store.ReplicateAsync(exchange.Database, edits, exchange.Aborted);
        DocumentValidation.Forget(exchange, edits.Select(edit => edit.Id));
        exchange.Protocol.Signals.Raise(exchange.Database);
        await WriteLocalAsync(exchange, writes, newEdits: false);
        var all = problems
            .Select(problem => (problem.Key.Id, Revision: problem.Key.NewestRevision, problem.Value.Error, problem.Value.Reason))
            .Concat(failures.Select(failure => (failure.Id, Revision: default(string), failure.Failure!.Error, failure.Failure.Reason)));
        await exchange.AnswerAsync(StatusCodes.Status201Created, json => json.Array(
            all, static (json, failure) => WriteFailure(json, failure.Id, failure.Error, failure.Reason, failure.Revision)));
    }

    /// <summary>What is wrong with design documents, and which others may not be written: it fails those alone.</summary>
    private static async Task<Dictionary<WriteRequest, CouchException>> ProblemsAsync(
        Exchange exchange, List<WriteRequest> writes, bool newEdits)
    {
        var problems = new Dictionary<WriteRequest, CouchException>(
            await DocumentValidation.RefuseAsync(exchange, writes, newEdits), ReferenceEqualityComparer.Instance);
        foreach (var write in writes)
        {
            if (DesignDocuments.Problem(write, exchange.Protocol) is { } problem)
                problems[write] = problem;
        }

        return problems;
    }

    private static bool IsEdit(WriteRequest write, Dictionary<WriteRequest, CouchException> problems) =>
        !write.IsLocal && !problems.ContainsKey(write);

    private static async Task<List<string>> WriteLocalAsync(Exchange exchange, List<WriteRequest> writes, bool newEdits)
    {
        var revisions = new List<string>();
        foreach (var write in writes.Where(write => write.IsLocal))
            revisions.Add(await LocalDocumentEndpoints.WriteAsync(exchange, write, newEdits));
        return revisions;
    }

    private static Task RefuseAsync(Exchange exchange, List<WriteRequest> writes) =>
        exchange.AnswerAsync(StatusCodes.Status417ExpectationFailed, json => json.Array(writes, static (json, write) =>
            json.Raw("{\"id\":"u8).String(write.Id)
                .Raw(",\"rev\":\"0-\",\"error\":\"not_implemented\",\"reason\":\"all_or_nothing is not supported\"}"u8)));

    private static void WriteResult(JsonOutput json, EditResult result)
    {
        if (result.Failure is { } failure)
            WriteFailure(json, result.Id, failure.Error, failure.Reason);
        else
            DocumentWriteEndpoints.WriteResult(json, result.Id, result.Revision!.Value.ToString());
    }

    private static void WriteFailure(JsonOutput json, string id, string error, string reason, string? revision = null)
    {
        json.Raw("{\"id\":"u8).String(id);
        if (revision is not null)
            json.Raw(",\"rev\":"u8).String(revision);
        json.Raw(",\"error\":"u8).String(error).Raw(",\"reason\":"u8).String(reason).Raw("}"u8);
    }
}
