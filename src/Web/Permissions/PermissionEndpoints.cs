using System.Globalization;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Permissions;

/// <summary>What tokens may do, and links that let others in: <c>/permissions</c>.</summary>
internal sealed class PermissionEndpoints(
    IGrainFactory grains, LinkCodes codes, PermissionChanges changes, PermissionLists lists, TimeProvider time,
    IOptions<WebOptions> options)
{
    private static readonly TimeSpan LongestTiny = TimeSpan.FromHours(1);

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var permissions = routes.MapGroup("/permissions");
        permissions.MapGet("/self", (RequestDelegate)ShowOwnAsync).RequiresToken();
        permissions.MapPost("/", (RequestDelegate)CreateAsync).RequiresToken();
        permissions.MapPost("/exists", (RequestDelegate)lists.FindSharedAsync).RequiresToken();
        permissions.MapGet("/{id}", (RequestDelegate)ShowAsync).RequiresToken();
        permissions.MapPatch("/{id}", (RequestDelegate)changes.PatchLinkAsync).RequiresToken();
        permissions.MapDelete("/{id}", (RequestDelegate)changes.DeleteLinkAsync).RequiresToken();
        permissions.MapPatch("/apps/{slug}", context => changes.PatchAppAsync(context, PermissionTypes.App, "io.cozy.apps/"))
            .RequiresToken();
        permissions.MapPatch("/konnectors/{slug}", context => changes.PatchAppAsync(context, PermissionTypes.Connector, "io.cozy.konnectors/"))
            .RequiresToken();
        foreach (var name in new[] { "shared-by-link", "sharedByLink" })
            permissions.MapGet($"/doctype/{{doctype}}/{name}", (RequestDelegate)lists.ListLinksAsync).RequiresToken();
    }

    private static Task ShowOwnAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, context.Caller(), static (json, caller) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            if (caller.Grant.Document is { } document)
                PermissionResource.Write(json, document, withCodes: false);
            else
                PermissionResource.WriteScope(json, caller);
            json.WriteEndObject();
        });

    private async Task CreateAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (caller.Token.Audience == TokenAudience.Share)
            throw ApiException.Forbidden("Only apps can create sharing permissions");

        var request = PermissionRequest.Parse(await JsonBody.ReadAsync(context, _options));
        var document = New(context, request);
        if (!caller.Permissions.Includes(document.Set))
            throw ApiException.Forbidden("Attempt to create a larger permission set");

        var names = context.Request.Query["codes"].ToString().Split(',').Distinct(StringComparer.Ordinal).ToList();
        if (names.Count > _options.MaxLinkCodes)
            throw ApiException.Invalid("codes", $"A link has at most {_options.MaxLinkCodes} codes.");
        var isTiny = context.Request.Query["tiny"] == "true" && document.ExpiresAt - time.GetUtcNow() <= LongestTiny;

        var saved = await SharedPermissions.SaveNewAsync(
            grains.GetGrain<IPermissionsGrain>(context.Instance().Id),
            () => document with { Codes = [.. names.Select(name => codes.Make(context.Instance(), name, isTiny))] },
            request.Password);
        await SharedPermissions.WriteAsync(context.Response, saved);
    }

    private PermissionDocument New(HttpContext context, PermissionRequest request)
    {
        var now = time.GetUtcNow();
        return new PermissionDocument
        {
            // Chosen before the first attempt, so that a second one cannot make a second link.
            Id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture),
            Type = PermissionTypes.Share,
            SourceId = context.Caller().SourceId,
            Rules = request.Rules ?? [],
            ExpiresAt = request.HasExpiry
                ? request.ExpiresAt
                : LinkLifetime.EndOf(context.Request.Query["ttl"], now),
            Metadata = request.Metadata.IsEmpty
                ? PermissionMetadata.New(context.Caller(), context.Instance().Domain, now)
                : request.Metadata,
        };
    }

    private async Task ShowAsync(HttpContext context)
    {
        var caller = context.Caller();
        var document = await grains.GetGrain<IPermissionsGrain>(context.Instance().Id)
            .GetAsync((string)context.GetRouteValue("id")!);
        if (document.IsExpired(time.GetUtcNow()))
            throw new ApiException(TokenErrors.Expired);
        if (caller.Grant.Document?.Id != document.Id
            && (caller.SourceId is null || caller.SourceId != document.SourceId)
            && !caller.Permissions.IsMaximal)
        {
            throw ApiException.Forbidden();
        }

        await SharedPermissions.WriteAsync(context.Response, document, withCodes: false);
    }
}
