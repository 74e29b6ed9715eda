using Cozy.Grains.Apps;
using Cozy.Grains.Contexts;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Registry;

/// <summary>Every token of the owner's may see what apps there are; those of links may not.</summary>
internal sealed class RegistryAccess : AccessRule
{
    /// <inheritdoc/>
    public override async ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        var caller = await callers.ReadAsync(context);
        if (caller.Token.Audience == TokenAudience.Share)
            throw ApiException.Forbidden();
        context.Features.Set(caller);
    }
}

/// <summary>Pictures are for the owner's browser, and for tokens that may read apps.</summary>
internal sealed class RegistryPictureAccess : AccessRule
{
    /// <inheritdoc/>
    public override async ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        if (await context.SessionAsync() is not null)
            return;
        var caller = await callers.ReadAsync(context);
        caller.Require(Verbs.Get, AppKind.WebApp.Doctype(), id: null, members: null);
    }
}

/// <summary>Where to ask.</summary>
internal static class Registries
{
    /// <summary>What there is to install for the instances of a context.</summary>
    public static IRegistryGrain RegistryOf(this IGrainFactory grains, Instance instance) =>
        grains.GetGrain<IRegistryGrain>(instance.ContextName is { Length: > 0 } name ? name : ContextsOptions.DefaultName);
}
