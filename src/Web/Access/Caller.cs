using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Json;

namespace Cozy.Web.Access;

/// <summary>Who calls, and what they may do.</summary>
/// <param name="Token">The token they showed.</param>
/// <param name="Grant">What they may do.</param>
internal sealed record Caller(Token Token, Grant Grant)
{
    /// <summary>What they may do.</summary>
    public PermissionSet Permissions => Grant.Permissions;

    /// <summary>
    /// In whose name they act, as documents say it: the app or connector, an OAuth client's id; null for the command
    /// line.
    /// </summary>
    public string? SourceId => Token.Audience switch
    {
        TokenAudience.App => $"io.cozy.apps/{Token.Subject}",
        TokenAudience.Connector => $"io.cozy.konnectors/{Token.Subject}",
        TokenAudience.Access => Token.Subject,
        _ => null,
    };

    /// <summary>Fails unless the verb is allowed on this document.</summary>
    /// <param name="verb">What is to be done.</param>
    /// <param name="doctype">The document's doctype.</param>
    /// <param name="id">Its id; null for one that is being created without.</param>
    /// <param name="members">Its members, which rules with a selector look at; null when it is not known.</param>
    /// <exception cref="ApiException">403.</exception>
    public void Require(Verbs verb, string doctype, string? id, ReadOnlyMemory<byte>? members)
    {
        if (!Allows(verb, doctype, id, members))
            throw ApiException.Forbidden();
    }

    /// <summary>Whether only a look at the document can tell if the verb is allowed on it.</summary>
    public bool DependsOnContent(Verbs verb, string doctype, string id) => !Permissions.AllowsId(verb, doctype, id);

    /// <summary>Whether the verb is allowed on this document; parameters as in <see cref="Require"/>.</summary>
    public bool Allows(Verbs verb, string doctype, string? id, ReadOnlyMemory<byte>? members) =>
        (id is null ? Permissions.AllowsAll(verb, doctype) : Permissions.AllowsId(verb, doctype, id))
        || (members is { } known
            && Permissions.AllowsBySelector(verb, doctype, field => JsonMembers.SelectorValues(known, field)));
}
