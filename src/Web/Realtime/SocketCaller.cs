using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Data;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Realtime;

/// <summary>Who is at the other end of a socket, and what they may hear of; both are asked again as time goes on.</summary>
internal sealed class SocketCaller(InstanceCache instances, CallerReader callers, FileTrees trees)
{
    private const string Thumbnails = "io.cozy.files.thumbnails";
    private const string NotesEvents = "io.cozy.notes.events";
    private const string Settings = "io.cozy.settings";
    private const string PassphraseSettings = "io.cozy.settings.passphrase";
    private const string InstanceSettings = "io.cozy.settings.instance";

    /// <summary>Events that belong to no document, whoever has a token may hear.</summary>
    private static readonly string[] Free = ["io.cozy.sharings.initial_sync", "io.cozy.auth.confirmations"];

    /// <summary>Reads a token as if it came with a request of its own.</summary>
    /// <exception cref="ApiException">The token is not good, or the instance is gone or blocked.</exception>
    public async Task<Caller> ReadAsync(HttpContext context, string token)
    {
        var instance = await instances.FindAsync(context.Request.Host.Value ?? "") ?? throw new ApiException(TokenErrors.Invalid);
        context.Features.Set(new InstanceFeature(instance));
        context.Features.Set<SessionFeature>(null);
        var caller = await callers.ReadAsync(context, token);
        return instance.Blocked && caller.Token.Audience != TokenAudience.CommandLine
            ? throw new ApiException(TokenErrors.Invalid)
            : caller;
    }

    /// <summary>Whether the caller may hear of a doctype, or of one document of it.</summary>
    public async ValueTask<bool> AllowsAsync(HttpContext context, Caller caller, Subscription subscription)
    {
        var (doctype, id) = subscription;
        if (!Doctypes.IsValid(doctype))
            return false;
        if (Free.Contains(doctype))
            return true;

        // These have no documents: who may read what they are about may hear of them.
        if (doctype is Thumbnails or NotesEvents)
            doctype = WellKnownFiles.Doctype;
        else if (doctype == Settings && id == PassphraseSettings)
            id = InstanceSettings;

        if (caller.Permissions.AllowsAll(Verbs.Get, doctype))
            return true;
        if (id.Length == 0)
            return false;
        return doctype == WellKnownFiles.Doctype
            ? await AllowsFileAsync(context, caller, id)
            : caller.Permissions.AllowsId(Verbs.Get, doctype, id);
    }

    private async Task<bool> AllowsFileAsync(HttpContext context, Caller caller, string id)
    {
        var tree = trees.Of(context);
        if (!caller.Permissions.AllowsSome(Verbs.Get, WellKnownFiles.Doctype) || await tree.FindByIdAsync(id) is not { } entry)
            return false;
        try
        {
            await Files.FileAccess.RequireAsync(caller, Verbs.Get, tree, entry);
            return true;
        }
        catch (ApiException)
        {
            return false;
        }
    }
}

/// <summary>What a client wants to hear of.</summary>
/// <param name="Doctype">The doctype.</param>
/// <param name="Id">One document of it; empty for all.</param>
internal readonly record struct Subscription(string Doctype, string Id);
