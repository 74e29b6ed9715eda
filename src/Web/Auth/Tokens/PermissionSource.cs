using Cozy.Grains.Auth;
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
            return await InstalledAsync(context, PermissionTypes.App, AppPrefix + slug) with { Client = standing };

        var permissions = Scope(token);
        return permissions.ReachesEverything && !standing.IsFlagship && !oauth.Value.SkipCertification
            ? throw new ApiException(TokenErrors.Invalid)
            : Grant.Of(permissions) with { Client = standing };
    }

    private ValueTask<Grant> AppAsync(HttpContext context, Token token)
    {
        // The token of an app that was opened in a browser is worth nothing without that browser's session.
        if (token.SessionId is not { } id)
            return InstalledAsync(context, PermissionTypes.App, AppPrefix + token.Subject);
        if (SessionCookie.TextFrom(context) is not { } cookie)
            throw new ApiException(TokenErrors.Invalid);

        // A cookie whose secret is the instance's no longer needs no look: neither is the token's.
        var session = rights.FindAsync(
            context.Instance().Id, RightKind.Session, cookie, (grains, Instance: context.Instance()),
            static (search, id, cookie) => SessionCookie.IdIn(cookie, search.Instance) is { } session
                ? search.grains.GetGrain<IAuthGrain>(id).FindSessionAsync(session)
                : new(default(Session)));
        return session.IsCompletedSuccessfully
            ? AppOfSessionAsync(context, token, session.Result)
            : AppOfSessionAsync(context, token, session);
    }

    private async ValueTask<Grant> AppOfSessionAsync(HttpContext context, Token token, ValueTask<Session?> session) =>
        await AppOfSessionAsync(context, token, await session);

    private ValueTask<Grant> AppOfSessionAsync(HttpContext context, Token token, Session? session) => session?.Id == token.SessionId
        ? InstalledAsync(context, PermissionTypes.App, AppPrefix + token.Subject)
        : throw new ApiException(TokenErrors.Invalid);

    private ValueTask<Grant> InstalledAsync(HttpContext context, string type, string source)
    {
        var document = rights.FindAsync(
            context.Instance().Id, type == PermissionTypes.App ? RightKind.App : RightKind.Connector, source, (grains, type),
            static (search, id, source) => search.grains.GetGrain<IPermissionsGrain>(id).FindBySourceAsync(search.type, source));
        return document.IsCompletedSuccessfully ? new(GrantOf(document.Result)) : GrantOfAsync(document);
    }

    private static async ValueTask<Grant> GrantOfAsync(ValueTask<PermissionDocument?> document) => GrantOf(await document);

    private static Grant GrantOf(PermissionDocument? document) =>
        document is null ? throw new ApiException(TokenErrors.Invalid) : new Grant(document.Set, document);

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
