using Cozy.Grains.Accounts;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace Cozy.Web.Accounts;

/// <summary>The addresses of providers' pages that an owner is sent to. Pure.</summary>
internal static class ProviderPages
{
    /// <summary>Where the owner lets us in.</summary>
    /// <exception cref="ApiException">400: this kind of account has no such page.</exception>
    public static string Start(AccountType type, string redirectUri, string state, Func<string, string?> query)
    {
        var parameters = new QueryBuilder();
        AddIfAny(parameters, "scope", query("scope"));
        if (!type.SkipsRedirectUri && type.Flow != GrantModes.TokenRedirectUrl)
            parameters.Add("redirect_uri", redirectUri);
        AddFlow(parameters, type, redirectUri, query);
        parameters.Add("state", state);
        foreach (var (name, value) in type.Extras)
            parameters.Add(name, value);
        return Address(type.AuthorizationEndpoint, parameters);
    }

    /// <summary>Where an aggregator lets the owner manage a connection, or make it anew.</summary>
    /// <param name="type">The kind of account.</param>
    /// <param name="endpoint">The page.</param>
    /// <param name="redirectUri">Where to come back to.</param>
    /// <param name="state">What comes back.</param>
    /// <param name="query">What the app says.</param>
    /// <exception cref="ApiException">400: this kind of account has no such page.</exception>
    public static string Webview(AccountType type, string endpoint, string redirectUri, string state, Func<string, string?> query)
    {
        if (type.Flow is not (GrantModes.Webview or GrantModes.Webauth) || endpoint.Length == 0)
            throw WrongType();
        return Address(endpoint, new QueryBuilder
        {
            { "client_id", type.ClientId },
            { "code", query("code") ?? "" },
            { "connection_id", query("connection_id") ?? "" },
            { "redirect_uri", redirectUri },
            { "state", state },
        });
    }

    private static void AddFlow(QueryBuilder parameters, AccountType type, string redirectUri, Func<string, string?> query)
    {
        switch (type.Flow)
        {
            case GrantModes.Code or GrantModes.Token:
                parameters.Add("response_type", type.Flow == GrantModes.Code ? "code" : "token");
                parameters.Add("client_id", type.ClientId);
                break;
            case GrantModes.TokenRedirectUrl:
                parameters.Add("response_type", "token");
                parameters.Add("redirect_url", redirectUri);
                break;
            case GrantModes.Webview:
                parameters.Add("client_id", type.ClientId);
                parameters.Add("code", query("token") ?? "");
                AddIfAny(parameters, "connector_ids", query("id_connector"));
                AddIfAny(parameters, "connector_uuids", query("connector_uuids"));
                break;
            case GrantModes.Webauth:
                parameters.Add("client_id", type.ClientId);
                parameters.Add("token", query("token") ?? "");
                foreach (var name in new[] { "source", "id_connector", "id_connection" })
                    AddIfAny(parameters, name, query(name));
                break;
            default:
                throw WrongType();
        }
    }

    private static void AddIfAny(QueryBuilder parameters, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            parameters.Add(name, value);
    }

    private static string Address(string endpoint, QueryBuilder parameters) =>
        QueryHelpers.AddQueryString(endpoint, parameters.ToDictionary(one => one.Key, one => (string?)one.Value));

    private static ApiException WrongType() => ApiException.BadRequest("Wrong account type");
}
