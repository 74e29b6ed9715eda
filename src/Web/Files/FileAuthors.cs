using Cozy.Grains.Files;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Who is behind a request, as files remember it.</summary>
internal static class FileAuthors
{
    /// <summary>Who changes files with this request.</summary>
    public static FileAuthor From(HttpContext context, WebOptions options)
    {
        var token = context.Caller().Token;
        var instance = context.Instance();
        var query = context.Request.Query;
        var slug = token.Audience is TokenAudience.App or TokenAudience.Connector ? token.Subject : null;
        var client = token.Audience == TokenAudience.Access ? token.Subject : null;
        return new FileAuthor(slug, client, instance.Url(options))
        {
            Actor = token.Audience == TokenAudience.Share
                ? new FileActor("anonymous-share", null, null)
                : new FileActor("member", instance.PublicName, instance.Domain),
            SourceAccount = NullIfEmpty(query["SourceAccount"]),
            SourceAccountIdentifier = NullIfEmpty(query["SourceAccountIdentifier"]),
        };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
