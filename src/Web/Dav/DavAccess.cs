using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Dav;

/// <summary>
/// The caller needs a token that allows the verb on some files, as for <c>/files</c>. Clients of WebDAV learn what to
/// send from the challenge of a 401, so every token that is not good is answered with one.
/// </summary>
internal sealed class DavAccess(Verbs verb) : AccessRule
{
    /// <inheritdoc/>
    public override async ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        var caller = await ReadAsync(context, callers);
        var allowed = caller.Permissions.AllowsSome(verb, WellKnownFiles.Doctype)

            // Making a file is a PUT by its method and a POST by its permission.
            || (verb == Verbs.Put && caller.Permissions.AllowsSome(Verbs.Post, WellKnownFiles.Doctype));
        if (!allowed)
            throw ApiException.Forbidden();
        context.Features.Set(caller);
    }

    private static async ValueTask<Caller> ReadAsync(HttpContext context, CallerReader callers)
    {
        try
        {
            return await callers.ReadAsync(context);
        }
        catch (ApiException)
        {
            throw new ApiException(DavErrors.Unauthenticated);
        }
    }
}

/// <summary>How routes of WebDAV declare what they ask of their caller.</summary>
internal static class DavAccessExtensions
{
    /// <summary>The caller needs a token or an app password that allows the verb on some files.</summary>
    public static T RequiresDav<T>(this T route, Verbs verb)
        where T : IEndpointConventionBuilder => route.WithAccess(new DavAccess(verb));
}
