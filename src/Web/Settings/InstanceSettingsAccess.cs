using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Settings;

/// <summary>
/// The instance's settings are for every token of this instance, because each app shows the owner's name; but the owner's
/// mail address and what else is in the document is for those that may read it, and a token that names settings documents
/// is for those alone. Whoever has the register token may look at them before there is any.
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

    /// <summary>Who asks, and so what is told.</summary>
    public static SettingsReader ReaderOf(HttpContext context) => context.Features.Get<Caller>() switch
    {
        null or { Token.Audience: TokenAudience.Share } => SettingsReader.Friend,
        var caller => caller.Permissions.AllowsId(Verbs.Get, SettingsAnswer.Doctype, InstanceSettings.Id)
            ? SettingsReader.Entitled
            : SettingsReader.Client,
    };
}
