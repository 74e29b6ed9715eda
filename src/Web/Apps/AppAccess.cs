using Cozy.Grains.Apps;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;

namespace Cozy.Web.Apps;

/// <summary>Who may see, install, update and remove apps.</summary>
internal static class AppAccess
{
    /// <summary>The app that installs others.</summary>
    public const string StoreSlug = "store";


    private static readonly string[] LocalSchemes = ["file:", "dev:"];

    /// <summary>Fails unless the caller may read this app's document.</summary>
    public static void RequireRead(Caller caller, AppKind kind, string slug) =>
        caller.Require(Verbs.Get, kind.Doctype(), kind.DocumentId(slug), members: null);

    /// <summary>Fails unless the caller may read all documents of this kind.</summary>
    public static void RequireList(Caller caller, AppKind kind)
    {
        if (!caller.Permissions.AllowsAll(Verbs.Get, kind.Doctype()))
            throw ApiException.Forbidden();
    }

    /// <summary>
    /// Fails unless the caller may do this to apps. An app brings its own permissions along, so whoever installs one
    /// could have any: only the operator may, and the store on behalf of the owner, from a registry.
    /// </summary>
    public static void RequireChange(Caller caller, Verbs verb, AppKind kind, string? source)
    {
        var isAllowed = caller.Token.Audience switch
        {
            TokenAudience.CommandLine => true,
            TokenAudience.App => caller.Token.Subject == StoreSlug
                && (source is null || source.StartsWith("registry://", StringComparison.Ordinal)),
            _ => false,
        };
        if (source is not null && LocalSchemes.Any(scheme => source.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))
            throw ApiException.Invalid("Source", "Folders of the server are for the operator's command line alone");
        if (!isAllowed || !caller.Permissions.AllowsAll(verb, kind.Doctype()))
            throw ApiException.Forbidden();
    }
}
