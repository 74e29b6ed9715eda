using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Json;

namespace Cozy.Web.Jobs;

/// <summary>What callers may do with jobs and triggers. Rules may name workers: <c>io.cozy.jobs:POST:sendmail:worker</c>.</summary>
internal static class JobAccess
{
    public const string Jobs = "io.cozy.jobs";
    public const string Triggers = "io.cozy.triggers";
    private const string Worker = "worker";

    /// <summary>Whether the verb is allowed on whatever belongs to a worker.</summary>
    public static bool Allows(Caller caller, Verbs verb, string doctype, string worker) =>
        caller.Permissions.AllowsAll(verb, doctype)
        || caller.Permissions.AllowsBySelector(verb, doctype, field => field == Worker ? [worker] : []);

    /// <summary>Fails unless the verb is allowed on whatever belongs to a worker.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void Require(Caller caller, Verbs verb, string doctype, string worker)
    {
        if (!Allows(caller, verb, doctype, worker))
            throw ApiException.Forbidden();
    }

    /// <summary>Fails unless the caller may have the worker do something, and those that follow it.</summary>
    /// <exception cref="ApiException">403.</exception>
    /// <exception cref="CozyException">NotFound: there is no such worker.</exception>
    public static void RequirePush(
        Caller caller, WorkerTypes workers, string doctype, string worker, ReadOnlyMemory<byte> message, JobOptions? options)
    {
        Require(caller, Verbs.Post, doctype, worker);
        RequireUsable(caller, workers.Get(worker));
        RequireFiles(caller, worker, message);
        for (var then = options?.Then; then is not null; then = then.Options.Then)
        {
            Require(caller, Verbs.Post, Jobs, then.Worker);
            RequireUsable(caller, workers.Get(then.Worker));
            RequireFiles(caller, then.Worker, then.Message);
        }
    }

    /// <summary>
    /// Who has files go with a mail must be allowed to read them. A template could become any attachments, so only those
    /// that are seen to be none of files are let through.
    /// </summary>
    /// <exception cref="ApiException">403.</exception>
    public static void RequireFiles(Caller caller, string worker, ReadOnlyMemory<byte> message)
    {
        if (worker != "sendmail" || message.IsEmpty || caller.Permissions.AllowsAll(Verbs.Get, "io.cozy.files"))
            return;
        var mail = JsonElement.Parse(message.Span, new JsonDocumentOptions { MaxDepth = 512 });
        var isHarmless = mail.ValueKind switch
        {
            JsonValueKind.Object => !mail.TryGetProperty("attachments", out var all) || (all.ValueKind == JsonValueKind.Array
                && all.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object && !one.TryGetProperty("file_id", out _))),
            var kind => kind != JsonValueKind.String,
        };
        if (!isHarmless)
            throw ApiException.Forbidden();
    }

    /// <summary>The document, if the caller may do that with it; what they may not look at is not there for them.</summary>
    /// <exception cref="ApiException">403, 404.</exception>
    public static Document Check(Caller caller, Verbs verb, string doctype, string id, Document? document, CozyException missing)
    {
        if (!caller.Permissions.AllowsSome(verb, doctype) && !OwnsAsConnector(caller, doctype, document))
            throw ApiException.Forbidden();
        if (document is null)
            throw missing;
        if (!caller.Allows(verb, doctype, id, document.Members) && !OwnsAsConnector(caller, doctype, document))
            throw ApiException.Forbidden();
        return document;
    }

    private static void RequireUsable(Caller caller, WorkerType type)
    {
        if (type.IsReserved && caller.Token.Audience != TokenAudience.CommandLine)
            throw ApiException.Forbidden();
    }

    /// <summary>A connector may look after the triggers that run it.</summary>
    private static bool OwnsAsConnector(Caller caller, string doctype, Document? document)
    {
        if (document is null || doctype != Triggers || caller.Token.Audience != TokenAudience.Connector
            || JsonMembers.Text(document.Members, Worker) is not ("konnector" or WorkerType.Client)
            || JsonMembers.Json(document.Members, "message") is not { } message)
        {
            return false;
        }

        var slug = JsonElement.Parse(message);
        return slug.ValueKind == JsonValueKind.Object && slug.TryGetProperty("konnector", out var name)
            && name.ValueKind == JsonValueKind.String && name.GetString() == caller.Token.Subject;
    }
}
