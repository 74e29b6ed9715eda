using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;

namespace Cozy.Web.Data;

/// <summary>
/// Documents that <c>/data</c> shows and does not change, although others of their doctype are free: with the mail address
/// in <c>io.cozy.settings.instance</c>, or the rounds of key derivation in <c>io.cozy.settings.bitwarden</c>, an app could
/// take an instance over or lock its owner out. <c>/settings</c> has the ways to change them.
/// </summary>
internal static class GuardedDocuments
{
    private const string Doctype = "io.cozy.settings";
    private const string Reason = "this document is changed through /settings";

    private static readonly string DatabaseOfSettings = DatabaseName.ForDoctype("", Doctype).Name;

    /// <summary>Fails unless the caller is the operator or the document is free.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void Require(Caller caller, string doctype, string id)
    {
        if (doctype == Doctype && IsGuarded(id) && caller.Token.Audience != TokenAudience.CommandLine)
            throw ApiException.Forbidden(Reason);
    }

    /// <summary>What becomes of a change in bulk; null when the document is free.</summary>
    public static EditResult? Refuse(DatabaseName database, string id) =>
        database.Name == DatabaseOfSettings && IsGuarded(id)
            ? new EditResult(id, null, new DocumentStoreException(StoreError.InvalidDocument, "forbidden", Reason))
            : null;

    private static bool IsGuarded(string id) => id is "io.cozy.settings.instance" or "io.cozy.settings.bitwarden";
}
