using System.Text.Json.Nodes;
using Cozy.Grains.Accounts;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Grains.Triggers;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Data;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Accounts;

/// <summary>
/// What <c>/data</c> does with <c>io.cozy.accounts</c>: credentials are sealed however they are written, and readable for a
/// connector that reads one account, or for a service of an app that asks for them. Everybody else sees them sealed.
/// </summary>
internal sealed class AccountDocuments(AccountSeal seal, DoctypeGrains doctypes, IGrainFactory grains, TimeProvider time)
{
    /// <summary>The doctype.</summary>
    public const string Doctype = "io.cozy.accounts";

    private const string DeletedDoctype = "io.cozy.accounts.soft_deleted";
    private const string DeletedRevision = "soft_deleted_rev";

    private static readonly string DatabaseOfAccounts = DatabaseName.ForDoctype("", Doctype).Name;

    /// <summary>Whether this is the database of accounts.</summary>
    public static bool Are(DatabaseName database) => database.Name == DatabaseOfAccounts;

    /// <summary>A document; null when there is none, and where nothing of its doctype was ever written.</summary>
    public static async Task<Document?> FindAsync(IDoctypeGrain documents, string id)
    {
        try
        {
            return await documents.ReadAsync(id) is { Deleted: false } found ? found : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Gets the instance ready for accounts: what goes with one that is deleted will be cleared away.</summary>
    public Task WatchAsync(string instanceId) => grains.GetGrain<ISchedulerGrain>(instanceId).WatchAccountsAsync();

    /// <summary>Members as they are kept.</summary>
    public ReadOnlyMemory<byte> Seal(string instanceId, ReadOnlyMemory<byte> members) => seal.Seal(instanceId, members);

    /// <summary>The members of a new account as they are kept.</summary>
    public async Task<ReadOnlyMemory<byte>> CreateAsync(HttpContext context, ReadOnlyMemory<byte> members)
    {
        await WatchAsync(context.Instance().Id);
        return seal.Seal(context.Instance().Id, AccountMembers.With(members, account =>
        {
            AccountMembers.SetName(account);
            account["cozyMetadata"] = Metadata(SlugOf(context.Caller()));
        }));
    }

    /// <summary>The members of a changed account as they are kept.</summary>
    public async Task<ReadOnlyMemory<byte>> ChangeAsync(HttpContext context, ReadOnlyMemory<byte> members)
    {
        await WatchAsync(context.Instance().Id);
        return seal.Seal(context.Instance().Id, AccountMembers.With(
            members, account => account["cozyMetadata"] ??= Metadata(SlugOf(context.Caller()))));
    }

    /// <summary>The account as the caller may see it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="account">The account as it is kept.</param>
    /// <param name="isAnswer">It answers a write, with which nobody asks for credentials.</param>
    public Document Show(HttpContext context, Document account, bool isAnswer = false) =>
        context.Caller().Token.Audience switch
        {
            TokenAudience.Connector => Open(context, account),
            TokenAudience.App when !isAnswer && DataRequest.Query(context, "include") == "credentials" => Open(context, account),
            _ => account,
        };

    /// <summary>The account as it was before it was deleted, if that is kept and the caller may read it; else null.</summary>
    public async Task<Document?> FindDeletedAsync(HttpContext context, string id, string revision)
    {
        var kept = await FindAsync(doctypes.Get(context.Instance().Id, DeletedDoctype), id);
        if (kept is null || JsonMembers.Text(kept.Members, DeletedRevision) != revision)
            return null;
        context.Caller().Require(Verbs.Get, Doctype, id, kept.Members);
        return kept with { Revision = revision };
    }

    /// <summary>
    /// Keeps an account that is about to be deleted for its connector, if that wants to clear away what it has at the service.
    /// </summary>
    public Task KeepForConnectorAsync(string instanceId, Document account) =>
        grains.GetGrain<IAccountsGrain>(instanceId).KeepForConnectorAsync(account);

    /// <summary>What documents tell of who made them.</summary>
    public JsonObject Metadata(string? slug)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("O");
        var metadata = new JsonObject { ["doctypeVersion"] = "", ["metadataVersion"] = 1, ["createdAt"] = now, ["updatedAt"] = now };
        if (slug is not null)
        {
            metadata["createdByApp"] = slug;
            metadata["updatedByApps"] = new JsonArray(new JsonObject { ["slug"] = slug, ["date"] = now });
        }

        return metadata;
    }

    private static string? SlugOf(Caller caller) =>
        caller.Token.Audience is TokenAudience.App or TokenAudience.Connector ? caller.Token.Subject : null;

    private Document Open(HttpContext context, Document account) =>
        account with { Members = seal.Open(context.Instance().Id, account.Members) };
}
