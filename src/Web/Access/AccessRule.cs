using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Data;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Access;

/// <summary>What a route asks of its caller. Every route declares one; a route without one is refused.</summary>
internal abstract class AccessRule
{
    /// <summary>Lets the request through, or fails.</summary>
    public abstract ValueTask CheckAsync(HttpContext context, CallerReader callers);
}

/// <summary>What a permission is checked against.</summary>
internal enum Target
{
    /// <summary>All documents of the doctype in the route.</summary>
    Doctype,

    /// <summary>
    /// One document of the doctype in the route. Whether the doctype is covered at all is checked before the handler
    /// runs; the handler checks the document itself with <see cref="Caller"/>.
    /// </summary>
    Document,

    /// <summary>As <see cref="Document"/>, for files and folders.</summary>
    File,
}

/// <summary>Anybody may call the route.</summary>
internal sealed class PublicAccess(string why) : AccessRule
{
    /// <summary>Why that is no danger.</summary>
    public string Why { get; } = why;

    /// <inheritdoc/>
    public override ValueTask CheckAsync(HttpContext context, CallerReader callers) => ValueTask.CompletedTask;
}

/// <summary>The caller needs a token with a permission.</summary>
internal sealed class PermissionAccess(Verbs verb, Target target) : AccessRule
{
    /// <inheritdoc/>
    public override ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        var doctype = WellKnownFiles.Doctype;
        if (target != Target.File)
        {
            doctype = (string)context.GetRouteValue("doctype")!;
            if (verb == Verbs.Get)
                Doctypes.RequireReadable(doctype);
            else
                Doctypes.RequireWritable(doctype);
        }

        var reading = callers.ReadAsync(context);
        if (!reading.IsCompletedSuccessfully)
            return new(DecideAsync(context, reading, doctype));

        Decide(context, reading.Result, doctype);
        return ValueTask.CompletedTask;
    }

    private async Task DecideAsync(HttpContext context, ValueTask<Caller> reading, string doctype) =>
        Decide(context, await reading, doctype);

    private void Decide(HttpContext context, Caller caller, string doctype)
    {
        var permissions = caller.Permissions;
        var allowed = target == Target.Doctype
            ? permissions.AllowsAll(verb, doctype)

            // Creating a document with a given id is a PUT by its method and a POST by its permission.
            : permissions.AllowsSome(verb, doctype) || (verb == Verbs.Put && permissions.AllowsSome(Verbs.Post, doctype));
        if (!allowed)
            throw ApiException.Forbidden();

        context.Features.Set(caller);
    }
}

/// <summary>The caller needs a token with a permission on a doctype that the route is about, or on one document of it.</summary>
/// <param name="verb">What the token must allow.</param>
/// <param name="doctype">On which documents.</param>
/// <param name="id">On which of them; null for all.</param>
internal sealed class FixedPermissionAccess(Verbs verb, string doctype, string? id) : AccessRule
{
    /// <inheritdoc/>
    public override ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        var reading = callers.ReadAsync(context);
        if (!reading.IsCompletedSuccessfully)
            return new(DecideAsync(context, reading));

        Decide(context, reading.Result);
        return ValueTask.CompletedTask;
    }

    private async Task DecideAsync(HttpContext context, ValueTask<Caller> reading) => Decide(context, await reading);

    private void Decide(HttpContext context, Caller caller)
    {
        caller.Require(verb, doctype, id, members: null);
        context.Features.Set(caller);
    }
}

/// <summary>The caller must be the owner, logged in with a browser.</summary>
internal sealed class SessionAccess : AccessRule
{
    /// <inheritdoc/>
    public override async ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        if (await context.SessionAsync() is null)
            throw new ApiException(ApiError.Http(401, "Error Must be authenticated") with { LoginPage = LoginPage.AddressFor(context) });
    }
}

/// <summary>The caller needs a token of this instance, whatever it allows; the handler decides by what it finds.</summary>
internal sealed class TokenAccess : AccessRule
{
    /// <inheritdoc/>
    public override ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        var reading = callers.ReadAsync(context);
        if (!reading.IsCompletedSuccessfully)
            return new(CompleteAsync(context, reading));

        context.Features.Set(reading.Result);
        return ValueTask.CompletedTask;
    }

    private static async Task CompleteAsync(HttpContext context, ValueTask<Caller> reading) =>
        context.Features.Set(await reading);
}

/// <summary>The caller needs a token that allows everything: the operator's, or a certified client's.</summary>
internal sealed class MaximalAccess : AccessRule
{
    /// <inheritdoc/>
    public override async ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        var caller = await callers.ReadAsync(context);
        if (!caller.Permissions.IsMaximal)
            throw ApiException.Forbidden();
        context.Features.Set(caller);
    }
}

/// <summary>How routes declare what they ask of their caller.</summary>
internal static class AccessExtensions
{
    /// <summary>The caller needs a token that allows the verb on the target.</summary>
    public static T Requires<T>(this T route, Verbs verb, Target target)
        where T : IEndpointConventionBuilder => route.WithAccess(new PermissionAccess(verb, target));

    /// <summary>The caller needs a token that allows the verb on a doctype, or on one document of it.</summary>
    public static T Requires<T>(this T route, Verbs verb, string doctype, string? id = null)
        where T : IEndpointConventionBuilder => route.WithAccess(new FixedPermissionAccess(verb, doctype, id));

    /// <summary>The owner must be logged in; a person who is not is sent to the login page.</summary>
    public static T RequiresSession<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithAccess(new SessionAccess());

    /// <summary>The caller needs a good token; what it must allow depends on what the handler finds.</summary>
    public static T RequiresToken<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithAccess(new TokenAccess());

    /// <summary>The caller needs a token that allows everything.</summary>
    public static T RequiresEverything<T>(this T route)
        where T : IEndpointConventionBuilder => route.WithAccess(new MaximalAccess());

    /// <summary>Anybody may call the route; say why that is no danger.</summary>
    public static T Public<T>(this T route, string why)
        where T : IEndpointConventionBuilder => route.WithAccess(new PublicAccess(why));

    /// <summary>The route answers whatever the host is.</summary>
    public static T AnyHost<T>(this T route)
        where T : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(WithoutInstance.Mark));
        return route;
    }

    /// <summary>The route asks what the rule says.</summary>
    public static T WithAccess<T>(this T route, AccessRule rule)
        where T : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(rule));
        return route;
    }

    /// <summary>Who calls. Only for routes that declare <see cref="Requires"/> or <see cref="RequiresToken"/>.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.Get<Caller>()!;
}
