using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Settings;

/// <summary>
/// The instance's settings are for every token of this instance, because each app shows the owner's name; but a token
/// that names settings documents is for those alone. Whoever has the register token may look at them before there is any.
/// </summary>
internal sealed class InstanceSettingsAccess : AccessRule
{
    /// <inheritdoc/>
    public override async ValueTask CheckAsync(HttpContext context, CallerReader callers)
    {
        if (RegisterToken.Opens(context.Instance(), context.Request.Query["registerToken"].ToString()))
            return;

        var caller = await callers.ReadAsync(context);
        var rules = caller.Permissions;
        if (rules.Rules.Any(rule => rule.Covers(SettingsAnswer.Doctype))
            && !rules.AllowsId(Verbs.Get, SettingsAnswer.Doctype, InstanceSettings.Id))
        {
            throw ApiException.Forbidden();
        }

        context.Features.Set(caller);
    }

    /// <summary>Whether the caller is a friend with a link, who is not told everything.</summary>
    public static bool IsFriend(HttpContext context) =>
        context.Features.Get<Caller>() is not { Token.Audience: not TokenAudience.Share };
}
