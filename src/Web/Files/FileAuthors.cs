using Cozy.Grains.Files;
using Cozy.Grains.OAuth;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Who is behind a request, as files remember it.</summary>
internal static class FileAuthors
{
    // Programs that are no apps are known under names of their own.
    private const string Desktop = "cozy-desktop";
    private const string Flagship = "cozy-flagship";

    /// <summary>Who changes files with this request.</summary>
    public static FileAuthor From(HttpContext context, WebOptions options)
    {
        var (token, grant) = context.Caller();
        var instance = context.Instance();
        var query = context.Request.Query;
        var author = new FileAuthor(
            token.Audience is TokenAudience.App or TokenAudience.Connector ? token.Subject : null, null, instance.Url(options))
        {
            Actor = token.Audience == TokenAudience.Share
                ? new FileActor("anonymous-share", null, null)
                : new FileActor("member", instance.PublicName, instance.Domain),
            SourceAccount = NullIfEmpty(query["SourceAccount"]),
            SourceAccountIdentifier = NullIfEmpty(query["SourceAccountIdentifier"]),
        };
        return grant.Client is not { } client
            ? author
            : author with
            {
                Slug = SlugOf(client),
                Version = NullIfEmpty(client.SoftwareVersion),
                OAuthClientId = token.Subject,
                OAuthClientKind = NullIfEmpty(client.Kind),
                OAuthClientName = NullIfEmpty(client.Name),
            };
    }

    private static string? SlugOf(OAuthClientStanding client) => OAuthClient.LinkedAppOf(client.SoftwareId) switch
    {
        { Length: > 0 } slug => slug,
        _ when client.SoftwareId.Contains(Desktop, StringComparison.Ordinal) => Desktop,
        _ => client.IsFlagship ? Flagship : null,
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
