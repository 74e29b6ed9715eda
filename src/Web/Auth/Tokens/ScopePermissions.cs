using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Data;

namespace Cozy.Web.Auth.Tokens;

/// <summary>Reads the scope in a token.</summary>
internal static class ScopePermissions
{
    /// <summary>The permissions of a scope; null when it is empty, malformed, or a wildcard reaches too far.</summary>
    public static PermissionSet? Parse(string? scope)
    {
        if (string.IsNullOrWhiteSpace(scope))
            return null;

        try
        {
            var permissions = PermissionSet.ParseScope(scope);
            return permissions.Rules.All(rule => IsAcceptable(rule.Doctype)) ? permissions : null;
        }
        catch (CozyException)
        {
            return null;
        }
    }

    private static bool IsAcceptable(string doctype)
    {
        if (doctype == "*")
            return true;

        // A wildcard needs three dots, so that nobody gets all of io.cozy.* by mistake.
        return doctype.EndsWith(".*", StringComparison.Ordinal)
            ? doctype.AsSpan().Count('.') >= 3 && Doctypes.IsValid(doctype[..^2])
            : Doctypes.IsValid(doctype);
    }
}
