using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Permissions;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Tokens;

/// <summary>
/// Permissions of the command line and of OAuth clients are in the token; those of apps, connectors and links are
/// documents, so that taking them back works at once.
/// </summary>
internal sealed class PermissionSource(IGrainFactory grains, TimeProvider time) : IPermissionSource
{
    /// <inheritdoc/>
    public ValueTask<Grant> GrantAsync(HttpContext context, Token token, string text) => token.Audience switch
    {
        TokenAudience.CommandLine or TokenAudience.Access => new(Grant.Of(Scope(token))),
        TokenAudience.App => new(AppAsync(context, token, PermissionTypes.App, "io.cozy.apps/")),
        TokenAudience.Connector => new(AppAsync(context, token, PermissionTypes.Connector, "io.cozy.konnectors/")),
        TokenAudience.Share => new(LinkAsync(context, text)),
        _ => throw new ApiException(TokenErrors.Invalid),
    };

    /// <inheritdoc/>
    public async ValueTask<(string Text, Grant Grant)> GrantShortCodeAsync(HttpContext context, string code)
    {
        var document = await PermissionsOf(context).FindByShortCodeAsync(code)
            ?? throw new ApiException(TokenErrors.UnknownShortCode(code));
        var text = document.Codes.First(known => known.ShortCode == code).Code;
        return (text, Check(context, document));
    }

    private static PermissionSet Scope(Token token)
    {
        var permissions = token.Scope ?? throw new ApiException(TokenErrors.BadScope);

        // Everything at once is for the operator; an OAuth client would have to be certified for it.
        return token.Audience == TokenAudience.Access && permissions.Rules.Any(rule => rule.Doctype == "*")
            ? throw new ApiException(TokenErrors.Invalid)
            : permissions;
    }

    private async Task<Grant> AppAsync(HttpContext context, Token token, string type, string prefix)
    {
        // The token of an app that was opened in a browser is worth nothing without that browser's session.
        if (token.SessionId is { } id && (await context.SessionAsync())?.Id != id)
            throw new ApiException(TokenErrors.Invalid);

        var document = await PermissionsOf(context).FindBySourceAsync(type, prefix + token.Subject)
            ?? throw new ApiException(TokenErrors.Invalid);
        return new Grant(document.Set, document);
    }

    private async Task<Grant> LinkAsync(HttpContext context, string text)
    {
        var document = await PermissionsOf(context).FindByCodeAsync(text) ?? throw new ApiException(TokenErrors.Revoked);
        return Check(context, document);
    }

    private Grant Check(HttpContext context, PermissionDocument document)
    {
        if (document.IsExpired(time.GetUtcNow()))
            throw new ApiException(TokenErrors.Expired);
        if (document.PasswordHash is not null && !SharePasswordCookie.Opens(context, document))
            throw new ApiException(TokenErrors.Invalid);
        return new Grant(document.Set, document);
    }

    private IPermissionsGrain PermissionsOf(HttpContext context) =>
        grains.GetGrain<IPermissionsGrain>(context.Instance().Id);
}
