using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>What a client sends with the owner's browser, for pages on the way to say again.</summary>
internal static class AuthorizationParameters
{
    private static readonly string[] Names =
        ["client_id", "state", "redirect_uri", "scope", "response_type", "code_challenge", "code_challenge_method"];

    /// <summary>Hidden fields of a form.</summary>
    /// <param name="valueOf">The value of a parameter; empty for none.</param>
    public static Html Fields(Func<string, string> valueOf) => Html.Join(Present(valueOf)
        .Select(parameter => Html.Of($"""<input type="hidden" name="{parameter.Key}" value="{parameter.Value}">""")));

    /// <summary>The address of the page of consent.</summary>
    public static string AddressOf(InstanceAddress address, Func<string, string> valueOf) =>
        $"{address.Root}auth/authorize{new QueryBuilder(Present(valueOf))}";

    private static IEnumerable<KeyValuePair<string, string>> Present(Func<string, string> valueOf) =>
        Names.Select(name => KeyValuePair.Create(name, valueOf(name))).Where(parameter => parameter.Value.Length > 0);
}
