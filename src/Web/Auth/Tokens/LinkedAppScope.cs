using Cozy.Web.Auth.Sessions;

namespace Cozy.Web.Auth.Tokens;

/// <summary>
/// The scope of an OAuth client that is another face of an installed web app (<c>@io.cozy.apps/drive</c>): whatever the
/// app may do at the moment.
/// </summary>
internal static class LinkedAppScope
{
    private const string Prefix = "@io.cozy.apps/";

    /// <summary>The scope of an app's other face.</summary>
    public static string Of(string slug) => Prefix + slug;

    /// <summary>The app; null when the scope is an ordinary one.</summary>
    public static string? AppOf(string? scope) =>
        scope is not null && scope.StartsWith(Prefix, StringComparison.Ordinal) && InstanceAddress.IsSlug(scope[Prefix.Length..])
            ? scope[Prefix.Length..]
            : null;
}
