using System.Buffers;
using System.Collections.Frozen;
using Cozy.Web.Errors;

namespace Cozy.Web.Data;

/// <summary>Rules for the doctypes that <c>/data</c> serves.</summary>
internal static class Doctypes
{
    // CouchDB's database names end at 238 bytes; the instance's id and a slash come first.
    private const int MaximumLength = 180;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._");

    private static readonly FrozenSet<string> Hidden = new[]
    {
        "instances", "io.cozy.account_types", "io.cozy.konnectors.maintenance", "io.cozy.remote.secrets",
        "io.cozy.sessions", "io.cozy.sessions.codes", "io.cozy.avatars", "io.cozy.auth.factors", "io.cozy.permissions", "io.cozy.intents", "io.cozy.oauth.clients",
        "io.cozy.oauth.access_codes", "io.cozy.files.archives", "io.cozy.sharings", "io.cozy.shared",
        "io.cozy.accounts.soft_deleted", "io.cozy.certified.carbon_copy", "io.cozy.certified.electronic_safe",
        "io.cozy.files.sizes", "io.cozy.triggers.state", "io.cozy.sharings.answer", "io.cozy.sharings.moved",
        "io.cozy.support", "com.bitwarden.profiles", "io.cozy.office.url", "io.cozy.notes.url", "io.cozy.apps.open",
        "io.cozy.auth.confirmations", "io.cozy.jobs.events", "io.cozy.sharings.initial_sync", "io.cozy.notes.events",
        "io.cozy.notes.telepointers", "io.cozy.files.thumbnails", "io.cozy.apps.logs", "io.cozy.hooks", "io.cozy.scheduler",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> ReadOnly = new[]
    {
        "io.cozy.jobs", "io.cozy.triggers", "io.cozy.apps", "io.cozy.konnectors", "io.cozy.files",
        "io.cozy.files.versions", "io.cozy.notifications", "io.cozy.remote.requests", "io.cozy.sessions.logins", "io.cozy.security.events",
        "io.cozy.notes.steps", "io.cozy.notes.images", "com.bitwarden.contacts",
    }.ToFrozenSet();

    // A database's name has one sign for the dot, so a name that only looks like a reserved one cannot exist: dashes
    // and capitals are not allowed.

    /// <summary>Whether a name can be a doctype.</summary>
    public static bool IsValid(string doctype) =>
        doctype.Length is > 0 and <= MaximumLength && !doctype.AsSpan().ContainsAnyExcept(Allowed)
        && doctype[0] != '.' && doctype[^1] != '.' && !doctype.Contains("..", StringComparison.Ordinal);

    /// <summary>Whether documents of this doctype may be read through <c>/data</c>.</summary>
    public static bool IsReadable(string doctype) => IsValid(doctype) && !Hidden.Contains(doctype);

    /// <summary>Fails unless documents of this doctype may be read through <c>/data</c>.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void RequireReadable(string doctype)
    {
        RequireValid(doctype);
        if (Hidden.Contains(doctype))
            throw ApiException.Forbidden($"reserved doctype {doctype} unreadable");
    }

    /// <summary>Fails unless documents of this doctype may be written through <c>/data</c>.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void RequireWritable(string doctype)
    {
        RequireValid(doctype);
        if (Hidden.Contains(doctype) || ReadOnly.Contains(doctype))
            throw ApiException.Forbidden($"reserved doctype {doctype} unwritable");
    }

    private static void RequireValid(string doctype)
    {
        if (!IsValid(doctype))
            throw ApiException.Forbidden($"{doctype} is not a valid doctype name");
    }
}
