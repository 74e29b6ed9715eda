using System.Text.Json.Nodes;
using Cozy.Grains.Accounts;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Data;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Accounts;

/// <summary>An owner comes back from a provider, perhaps to a host that all instances share: their account is made.</summary>
internal sealed class AccountReturns(
    IGrainFactory grains, DoctypeGrains doctypes, InstanceCache instances, AccountAttempts attempts, ProviderTokens tokens,
    AccountSeal seal, AccountDocuments accounts, TokenReader reader, IOptions<WebOptions> options)
{
    private const string HomeSlug = "home";
    private const int AccountsPage = 200;

    /// <summary>Makes the account and sends the browser on to the app that wanted it.</summary>
    public async Task<IResult> ReturnAsync(HttpContext context, string type)
    {
        var state = DataRequest.Query(context, "state");
        if (attempts.Find(state) is not { } attempt || attempt.Type != type
            || await instances.FindAsync(attempt.Domain) is not { } instance
            || (await instances.FindAsync(context.Request.Host.Value ?? "") is { } asked && asked.Id != instance.Id))
        {
            throw ApiException.BadRequest("bad state");
        }

        context.Features.Set(new InstanceFeature(instance));
        context.Response.Headers.CacheControl = "no-store";
        if (instance.Blocked && BlockedInstance.Stops(context, reader))
        {
            await BlockedInstance.WriteAsync(context, instance);
            return Results.Empty;
        }

        if (DataRequest.Query(context, "error") is not null)
            return Back(context, instance, attempt, account: null, error: "access_denied");
        var account = attempt.IsWebview ? null : await FindOrCreateAsync(context, instance, attempt, state!);
        return Back(context, instance, attempt, account, error: null);
    }

    /// <summary>How accounts of a kind are made.</summary>
    /// <exception cref="ApiException">404: the operator has not said.</exception>
    public async Task<AccountType> TypeAsync(Instance instance, string name) =>
        await grains.GetGrain<IAccountTypesGrain>(0).FindAsync(instance.ContextName, name)
            ?? throw new ApiException(ApiError.Api(404, "missing"));

    /// <summary>The address that the provider sends browsers back to.</summary>
    public static string RedirectUriOf(AccountType type, InstanceAddress address) =>
        type.RedirectUri.Length > 0 ? type.RedirectUri : $"{address.Root}accounts/{Uri.EscapeDataString(type.Name)}/redirect";

    private async Task<string> FindOrCreateAsync(HttpContext context, Instance instance, AccountAttempt attempt, string state)
    {
        var documents = doctypes.Get(instance.Id, AccountDocuments.Doctype);
        if (await AccountDocuments.FindAsync(documents, attempt.AccountId) is not null)
            return attempt.AccountId;
        var members = await MembersAsync(context, instance, attempt, state);
        await accounts.WatchAsync(instance.Id);
        if (DataRequest.Query(context, "connection_id") is { } connection && await FindConnectionAsync(documents, connection) is { } known)
            return known;
        try
        {
            await DocumentCalls.EditAsync(documents, new Edit(attempt.AccountId, null, false, seal.Seal(instance.Id, members)));
        }
        catch (ApiException conflict) when (conflict.Error.Status == 409)
        {
            // The browser came twice at once; either made it.
        }

        return attempt.AccountId;
    }

    private async Task<ReadOnlyMemory<byte>> MembersAsync(HttpContext context, Instance instance, AccountAttempt attempt, string state)
    {
        var type = await TypeAsync(instance, attempt.Type);
        var account = new JsonObject { ["account_type"] = type.Name, ["name"] = "", ["cozyMetadata"] = accounts.Metadata(attempt.Slug ?? HomeSlug) };
        if (DataRequest.Query(context, "access_token") is { } token)
        {
            account["oauth"] = new JsonObject { ["access_token"] = token };
        }
        else if (type.TokenEndpoint.Length == 0)
        {
            var query = new JsonObject(context.Request.Query.Where(one => one.Key != "state")
                .Select(one => KeyValuePair.Create(one.Key, (JsonNode?)new JsonArray([.. one.Value.Select(value => JsonValue.Create(value))]))));
            account["oauth"] = new JsonObject { ["client_id"] = type.ClientId, ["client_secret"] = type.ClientSecret, ["query"] = query };
        }
        else
        {
            var code = DataRequest.Query(context, "code") ?? throw ApiException.BadRequest("code is missing");
            var redirect = RedirectUriOf(type, AddressOf(context, instance));
            var (oauth, others) = await tokens.RedeemAsync(type, code, redirect, state, attempt.Nonce, context.RequestAborted);
            account["oauth"] = oauth;
            if (others.Count > 0)
                account["oauth_callback_results"] = others;
        }

        return AccountMembers.Write(account);
    }

    private static async Task<string?> FindConnectionAsync(IDoctypeGrain documents, string connection)
    {
        string? after = null;
        while (true)
        {
            ListingPage page;
            try
            {
                page = await documents.ListAsync(new ListingQuery
                {
                    StartKey = after,
                    Skip = after is null ? 0 : 1,
                    Limit = AccountsPage,
                    IncludeDocuments = true,
                });
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
            {
                return null;
            }

            foreach (var row in page.Rows)
            {
                if (row.Members is { } members && AccountMembers.Parse(members)["oauth"] is JsonObject { } oauth
                    && oauth["query"] is JsonObject query && query["connection_id"] is JsonArray ids
                    && ids.Any(id => id is JsonValue value && value.ToString() == connection))
                {
                    return row.Id;
                }
            }

            if (page.Rows.Count == 0)
                return null;
            after = page.Rows[^1].Id;
        }
    }

    private InstanceAddress AddressOf(HttpContext context, Instance instance) =>
        InstanceAddress.Of(instance, context.Request.Host.Value, options.Value);

    private SeeOther Back(HttpContext context, Instance instance, AccountAttempt attempt, string? account, string? error)
    {
        var address = AddressOf(context, instance);
        var slug = attempt.Slug is { } wanted && InstanceAddress.IsSlug(wanted) ? wanted : HomeSlug;
        var query = new QueryBuilder();
        foreach (var (name, value) in new[]
        {
            ("account", account), ("state", attempt.ClientState), ("connection_id", DataRequest.Query(context, "connection_id")),
            ("connection_deleted", DataRequest.Query(context, "connection_deleted")), ("error", error),
        })
        {
            if (!string.IsNullOrEmpty(value))
                query.Add(name, value);
        }

        return new SeeOther($"{address.Scheme}://{address.AppDomain(slug)}/{query}");
    }
}
