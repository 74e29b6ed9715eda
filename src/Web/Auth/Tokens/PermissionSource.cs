using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Permissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Tokens;

/// <summary>
/// Permissions of the command line and of OAuth clients are in the token; those of apps, connectors and links are
/// documents. In any case the client, app or link must still be there, so that taking rights back works at once.
/// </summary>
internal sealed class PermissionSource(
    IGrainFactory grains, RightsCache rights, TimeProvider time, IOptions<OAuthOptions> oauth) : IPermissionSource
{
    private const string AppPrefix = "io.cozy.apps/";
    private const string ConnectorPrefix = "io.cozy.konnectors/";

    /// <inheritdoc/>
    public ValueTask<Grant> GrantAsync(HttpContext context, Token token, string text) => token.Audience switch
    {
        TokenAudience.CommandLine => new(Grant.Of(Scope(token))),
        TokenAudience.Access => ClientAsync(context, token),
        TokenAudience.App => AppAsync(context, token),
        TokenAudience.Connector => InstalledAsync(context, PermissionTypes.Connector, ConnectorPrefix + token.Subject),
        TokenAudience.Share => LinkAsync(context, text),
        _ => throw new ApiException(TokenErrors.WrongAudience(token.Audience)),
    };

    /// <inheritdoc/>
    public async ValueTask<(string Text, Grant Grant)> GrantShortCodeAsync(HttpContext context, string code)
    {
        var document = await rights.FindAsync(
            context.Instance().Id, RightKind.ShortCode, code, grains,
            static (grains, id, code) => grains.GetGrain<IPermissionsGrain>(id).FindByShortCodeAsync(code))
            ?? throw new ApiException(TokenErrors.UnknownShortCode(code));
        var text = document.Codes.First(known => known.ShortCode == code).Code;
        return (text, Check(context, document));
    }

    /// <inheritdoc/>
    public ValueTask<OAuthClientStanding?> StandingAsync(string instanceId, string clientId) => rights.FindAsync(
        instanceId, RightKind.Client, clientId, grains,
        static (grains, id, client) => grains.GetGrain<IOAuthGrain>(id).FindStandingAsync(client));

    private static PermissionSet Scope(Token token) => token.Scope ?? throw new ApiException(TokenErrors.BadScope);

    private async ValueTask<Grant> ClientAsync(HttpContext context, Token token)
    {
        var standing = token.Subject is { } id ? await StandingAsync(context.Instance().Id, id) : null;
        if (standing is null || standing.TokenGeneration != token.Generation)
            throw new ApiException(TokenErrors.Invalid);
        if (LinkedAppScope.AppOf(token.ScopeText) is { } slug)
            return await InstalledAsync(context, PermissionTypes.App, AppPrefix + slug);

        var permissions = Scope(token);
        return permissions.ReachesEverything && !standing.IsFlagship && !oauth.Value.SkipCertification
            ? throw new ApiException(TokenErrors.Invalid)
            : Grant.Of(permissions);
    }

    private async ValueTask<Grant> AppAsync(HttpContext context, Token token)
    {
        // The token of an app that was opened in a browser is worth nothing without that browser's session.
        if (token.SessionId is { } id && (await context.SessionAsync())?.Id != id)
            throw new ApiException(TokenErrors.Invalid);
        return await InstalledAsync(context, PermissionTypes.App, AppPrefix + token.Subject);
    }

    private async ValueTask<Grant> InstalledAsync(HttpContext context, string type, string source)
    {
        var document = await rights.FindAsync(
            context.Instance().Id, type == PermissionTypes.App ? RightKind.App : RightKind.Connector, source, (grains, type),
            static (search, id, source) => search.grains.GetGrain<IPermissionsGrain>(id).FindBySourceAsync(search.type, source))
            ?? throw new ApiException(TokenErrors.Invalid);
        return new Grant(document.Set, document);
    }

    private async ValueTask<Grant> LinkAsync(HttpContext context, string text)
    {
        var document = await rights.FindAsync(
            context.Instance().Id, RightKind.Code, text, grains,
            static (grains, id, code) => grains.GetGrain<IPermissionsGrain>(id).FindByCodeAsync(code))
            ?? throw new ApiException(TokenErrors.Revoked);
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
}
