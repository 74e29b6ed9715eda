using System.Text.Json.Nodes;
using Cozy.Grains.Accounts;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Data;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Jobs;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Accounts;

/// <summary>Accounts at services that owners let connectors in to by OAuth: <c>/accounts</c>.</summary>
internal sealed class AccountEndpoints(
    DoctypeGrains doctypes, AccountAttempts attempts, AccountReturns returns, ProviderTokens tokens,
    AccountSeal seal, AccountDocuments accounts, SessionCodes codes)
{
    private const int MaxWrites = 3;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        const string Why = "The handler asks for the owner's session, which a code in the address may open.";
        routes.MapGet("/accounts/{type}/start", (Delegate)StartAsync).Public(Why);
        routes.MapGet("/accounts/{type}/{id}/manage", (HttpContext context, string type, string id) =>
            WebviewAsync(context, id, static type => type.ManageEndpoint)).Public(Why);
        routes.MapGet("/accounts/{type}/{id}/reconnect", (HttpContext context, string type, string id) =>
            WebviewAsync(context, id, static type => type.ReconnectEndpoint)).Public(Why);
        routes.MapGet("/accounts/{type}/redirect", (Delegate)returns.ReturnAsync)
            .AnyHost().Public("Guarded by a sealed state that only the owner was given.");
        routes.MapPost("/accounts/{type}/{id}/refresh", (Delegate)RefreshAsync).RequiresToken();
    }

    private Task<IResult> StartAsync(HttpContext context, string type) => AsOwnerAsync(context, async query =>
    {
        var described = await returns.TypeAsync(context.Instance(), type);
        var state = attempts.Begin(context.Instance().Domain, described.Name, query, isWebview: false);
        return ProviderPages.Start(described, AccountReturns.RedirectUriOf(described, InstanceAddress.Of(context)), state, query);
    });

    private Task<IResult> WebviewAsync(HttpContext context, string id, Func<AccountType, string> endpoint) => AsOwnerAsync(context, async query =>
    {
        var account = await AccountDocuments.FindAsync(doctypes.Get(context.Instance().Id, AccountDocuments.Doctype), id);
        var described = await returns.TypeAsync(
            context.Instance(), account is null ? "" : JsonMembers.Text(account.Members, "account_type") ?? "");
        var state = attempts.Begin(context.Instance().Domain, described.Name, query, isWebview: true);
        return ProviderPages.Webview(
            described, endpoint(described), AccountReturns.RedirectUriOf(described, InstanceAddress.Of(context)), state, query);
    });

    private async Task<IResult> AsOwnerAsync(HttpContext context, Func<Func<string, string?>, Task<string>> addressAsync)
    {
        if (await codes.EnterAsync(context, isForClient: true) is { } entered)
            return entered;
        if (await context.SessionAsync() is null)
            throw ApiException.Forbidden();
        context.Response.Headers.CacheControl = "no-store";
        return new SeeOther(await addressAsync(name => DataRequest.Query(context, name)));
    }

    private async Task RefreshAsync(HttpContext context, string id)
    {
        var instance = context.Instance();
        var documents = doctypes.Get(instance.Id, AccountDocuments.Doctype);
        var account = await DocumentCalls.ReadAsync(documents, context.Caller(), Verbs.Get, AccountDocuments.Doctype, id);
        var type = await returns.TypeAsync(instance, JsonMembers.Text(account.Members, "account_type") ?? "");
        if (AccountMembers.Parse(seal.Open(instance.Id, account.Members))["oauth"] is not JsonObject oauth)
            throw ApiException.BadRequest("this account can not be refreshed");

        if (AccountMembers.Text(oauth, "refresh_token") is null)
        {
            // The connector gets tokens itself, with what we are called at the provider.
            (oauth["client_id"], oauth["client_secret"]) = (type.ClientId, type.ClientSecret);
        }
        else if (!await TryRefreshAsync(context, documents, account, type, oauth))
        {
            // Somebody else used the refresh token up meanwhile, and the account has what came of it.
            account = await DocumentCalls.ReadAsync(documents, context.Caller(), Verbs.Get, AccountDocuments.Doctype, id);
            await WriteAsync(context, account);
            return;
        }

        await WriteAsync(context, await SaveAsync(instance, documents, account, oauth));
    }

    private async Task<bool> TryRefreshAsync(HttpContext context, IDoctypeGrain documents, Document account, AccountType type, JsonObject oauth)
    {
        try
        {
            await tokens.RefreshAsync(type, oauth, context.RequestAborted);
            return true;
        }
        catch (ApiException refused) when (refused.Error.Status == 401)
        {
            if (await AccountDocuments.FindAsync(documents, account.Id) is not { } now || now.Revision == account.Revision)
                throw;
            return false;
        }
    }

    /// <summary>Writes new tokens into an account as it is by now: the old ones may be worthless already.</summary>
    private async Task<Document> SaveAsync(Instance instance, IDoctypeGrain documents, Document account, JsonObject oauth)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var members = seal.Seal(instance.Id, AccountMembers.With(
                    seal.Open(instance.Id, account.Members), json => json["oauth"] = oauth.DeepClone()));
                var revision = await DocumentCalls.EditAsync(documents, new Edit(account.Id, account.Revision, false, members));
                return account with { Revision = revision, Members = members };
            }
            catch (ApiException conflict) when (conflict.Error.Status == 409 && attempt < MaxWrites)
            {
                if (await AccountDocuments.FindAsync(documents, account.Id) is not { } now)
                    throw;
                account = now;
            }
        }
    }

    private Task WriteAsync(HttpContext context, Document account) => JobResource.WriteAsync(
        context, StatusCodes.Status200OK, AccountDocuments.Doctype, accounts.Show(context, account),
        $"/data/{AccountDocuments.Doctype}/{account.Id}");
}
