using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Permissions;

/// <summary>Changing and revoking permissions.</summary>
internal sealed class PermissionChanges(
    IGrainFactory grains, RightsCache rights, LinkCodes codes, TimeProvider time, IOptions<WebOptions> options)
{
    private readonly WebOptions _options = options.Value;

    /// <summary><c>PATCH /permissions/:id</c>.</summary>
    public async Task PatchLinkAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        var permissions = PermissionsOf(context);
        var id = (string)context.GetRouteValue("id")!;
        var saved = await SharedPermissions.ChangeAsync(
            permissions,
            async () => RequireParent(context.Caller(), Verbs.Patch, await permissions.GetAsync(id)),
            document => Apply(context, document, request),
            request.Password);
        rights.Forget(context.Instance().Id);
        await SharedPermissions.WriteAsync(context.Response, saved);
    }

    /// <summary><c>PATCH /permissions/apps/:slug</c> and the same for connectors.</summary>
    public async Task PatchAppAsync(HttpContext context, string type, string prefix)
    {
        var request = await ReadAsync(context);
        if (request is not { Rules: not null, CodeNames: null, Password: null, HasExpiry: false })
            throw ApiException.BadRequest("The patch doc of an app should have property 'permissions' alone");

        var permissions = PermissionsOf(context);
        var slug = (string)context.GetRouteValue("slug")!;
        var saved = await SharedPermissions.ChangeAsync(
            permissions,
            async () =>
            {
                var document = await permissions.FindBySourceAsync(type, prefix + slug)
                    ?? throw new ApiException(ApiError.Couch(404, "not_found", $"no permission doc for {slug}"));
                return context.Caller().Token.Audience != TokenAudience.Share && context.Caller().Permissions.Includes(document.Set)
                    ? document
                    : throw NotParent();
            },
            document => Apply(context, document, request),
            password: null);
        rights.Forget(context.Instance().Id);
        await SharedPermissions.WriteAsync(context.Response, saved);
    }

    /// <summary><c>DELETE /permissions/:id</c>.</summary>
    public async Task DeleteLinkAsync(HttpContext context)
    {
        var permissions = PermissionsOf(context);
        var id = (string)context.GetRouteValue("id")!;
        RequireParent(context.Caller(), Verbs.Delete, await permissions.GetAsync(id));
        await GrainCalls.RetryOnceAsync((permissions, id), static async (call, isRetry) =>
        {
            await call.permissions.DeleteAsync(call.id, isRetry);
            return true;
        });
        rights.Forget(context.Instance().Id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static ApiException NotParent() => ApiException.Forbidden("Permissions can be updated only by its parent");

    /// <summary>
    /// A link is changed by who made it, or by who could have made it and may do the like to the documents themselves: whoever
    /// may only read takes no link of others away. An app does not change itself.
    /// </summary>
    private static PermissionDocument RequireParent(Caller caller, Verbs verb, PermissionDocument document) =>
        caller.Token.Audience != TokenAudience.Share && document.Type == PermissionTypes.Share
            && ((caller.SourceId is not null && caller.SourceId == document.SourceId)
                || document.Set.Rules.All(rule => caller.Permissions.IncludesRule(rule with { Verbs = rule.Verbs | verb })))
            ? document
            : throw NotParent();

    private async Task<PermissionRequest> ReadAsync(HttpContext context)
    {
        var request = PermissionRequest.Parse(await JsonBody.ReadAsync(context, _options));
        if (request is { Rules: not null, CodeNames: not null }
            || request is { Rules: null, CodeNames: null, Password: null, HasExpiry: false })
        {
            throw ApiException.BadRequest("The patch doc should have property 'codes' or 'permissions', not both");
        }

        return request.CodeNames?.Count > _options.MaxLinkCodes
            ? throw ApiException.Invalid("/data/attributes/codes", $"A link has at most {_options.MaxLinkCodes} codes.")
            : request;
    }

    private PermissionDocument Apply(HttpContext context, PermissionDocument document, PermissionRequest request) => document with
    {
        Rules = request.Rules is { } rules ? Merge(context.Caller(), document.Rules, rules) : document.Rules,
        Codes = request.CodeNames is { } names ? CodesFor(context, document, names) : document.Codes,
        ExpiresAt = request.HasExpiry ? request.ExpiresAt : document.ExpiresAt,
        Metadata = PermissionMetadata.Updated(document, context.Caller(), context.Instance().Domain, time.GetUtcNow()),
    };

    /// <summary>Rules replace those of their title; a rule without a doctype only removes.</summary>
    private static IReadOnlyList<TitledRule> Merge(
        Caller caller, IReadOnlyList<TitledRule> rules, IReadOnlyList<TitledRule> patch)
    {
        var added = patch.Where(rule => rule.Rule.Doctype.Length > 0).ToList();
        return added.All(rule => caller.Permissions.IncludesRule(rule.Rule))
            ? [.. rules.Where(rule => patch.All(other => other.Title != rule.Title)), .. added]
            : throw ApiException.Forbidden("Attempt to create a larger permission set");
    }

    /// <summary>A name that had a code keeps it; a new name gets one; the code of a name left out is revoked.</summary>
    private IReadOnlyList<ShareCode> CodesFor(HttpContext context, PermissionDocument document, IReadOnlyList<string> names) =>
    [
        .. names.Select(name => document.Codes.FirstOrDefault(code => code.Name == name)
            ?? codes.Make(context.Instance(), name, isTiny: false)),
    ];

    private IPermissionsGrain PermissionsOf(HttpContext context) =>
        grains.GetGrain<IPermissionsGrain>(context.Instance().Id);
}
