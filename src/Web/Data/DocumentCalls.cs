using System.Text;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Http;

namespace Cozy.Web.Data;

/// <summary>Reads and edits documents of one doctype, with the answers <c>/data</c> gives when that fails.</summary>
internal static class DocumentCalls
{
    /// <summary>The document, or one of its revisions, if the caller may do this with it.</summary>
    /// <exception cref="ApiException">
    /// 403: not allowed; 400: the id or the revision is not one; 404: missing or deleted.
    /// </exception>
    public static async Task<Document> ReadAsync(
        IDoctypeGrain grain, Caller caller, Verbs verb, string doctype, string id, string? revision = null)
    {
        RequireId(id);
        if (revision is not null)
            RequireRevision(revision);

        // Who may see only some documents is not told which others exist.
        var dependsOnContent = caller.DependsOnContent(verb, doctype, id);
        if (dependsOnContent && !caller.Permissions.Rules.Any(rule => rule.Selector is not null))
            throw ApiException.Forbidden();

        var document = await GrainCalls.RetryOnceAsync(
            (grain, id, revision), static (call, _) => call.grain.ReadAsync(call.id, call.revision).AsTask());
        if (dependsOnContent && !caller.Allows(verb, doctype, id, document?.Members))
            throw ApiException.Forbidden();
        if (document is null)
            throw NotFound("missing");
        return document.Deleted ? throw NotFound("deleted") : document;
    }

    /// <summary>Edits one document.</summary>
    /// <returns>Its new revision.</returns>
    /// <exception cref="ApiException">What the store said, such as 409.</exception>
    public static async Task<string> EditAsync(IDoctypeGrain grain, Edit edit)
    {
        var outcomes = await GrainCalls.RetryOnceAsync(
            (grain, edit), static (call, isRetry) => call.grain.EditAsync([call.edit with { IsRetry = isRetry }]));
        var outcome = outcomes[0];
        return outcome.Error is { } error
            ? throw new ApiException(ApiError.Couch(StatusOf(error), error, outcome.Reason ?? error))
            : outcome.Revision!;
    }

    /// <summary>Fails when the id is one that CouchDB keeps for itself.</summary>
    public static void RequireId(string id)
    {
        if (id.Length == 0)
            throw ApiException.NoRoute();
        if (id[0] == '_')
            throw new ApiException(ApiError.Couch(400, "bad_id", $"Unsuported couchdb operation {id}"));
    }

    /// <summary>Fails when the id of a new document is too long.</summary>
    public static void RequireLength(string id, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(id) > maxBytes)
            throw new ApiException(ApiError.Couch(400, "illegal_docid", "Document id is too long"));
    }

    /// <summary>Fails when the text is not a revision.</summary>
    public static void RequireRevision(string revision)
    {
        if (!Revision.TryParse(revision, out _))
            throw new ApiException(ApiError.Couch(400, "bad_request", "Invalid rev format"));
    }

    private static ApiException NotFound(string reason) => new(ApiError.Couch(404, "not_found", reason));

    private static int StatusOf(string error) => error switch
    {
        "conflict" => 409,
        "not_found" => 404,
        "forbidden" => 403,
        "document_too_large" or "too_large" => 413,
        "unavailable" => 503,
        _ => 400,
    };
}
