using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Permissions;

/// <summary>The password of a link: <c>POST /auth/share-by-link/password</c>.</summary>
internal sealed class SharePasswordEndpoint(IGrainFactory grains, TimeProvider time)
{
    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/auth/share-by-link/password", (Delegate)CheckAsync)
        .LimitsEntries().Public("Guarded by the link's password; opens nothing else.");

    private async Task<IResult> CheckAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        var id = form["perm_id"];
        if (id.Length == 0)
            throw ApiException.BadRequest("perm_id is missing");

        var permissions = grains.GetGrain<IPermissionsGrain>(context.Instance().Id);
        var document = await permissions.GetAsync(id);
        if (document.IsExpired(time.GetUtcNow()))
            throw new ApiException(TokenErrors.Expired);

        switch (await permissions.CheckPasswordAsync(id, form["password"]))
        {
            case null:
                return AuthJson.Of(new { password = "none" });
            case false:
                return AuthJson.Error("Invalid password", StatusCodes.Status403Forbidden);
            default:
                SharePasswordCookie.Write(context, document);
                return AuthJson.Of(new { password = "ok" });
        }
    }
}
