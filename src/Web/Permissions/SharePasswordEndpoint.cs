using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Permissions;

/// <summary>
/// The password of a link: <c>POST /auth/share-by-link/password</c>. Scripts are answered with JSON; the form of
/// <see cref="SharePasswordPage"/> says in <c>redirect</c> where the browser goes on to.
/// </summary>
internal sealed class SharePasswordEndpoint(IGrainFactory grains, TimeProvider time)
{
    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/auth/share-by-link/password", (Delegate)PostAsync)
        .LimitsEntries().Public("Guarded by the link's password; opens nothing else.");

    private async Task<IResult> PostAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        var id = form["perm_id"];
        if (id.Length == 0)
            throw ApiException.BadRequest("perm_id is missing");
        if (form["redirect"].Length == 0)
            return Tell(await CheckAsync(context, id, form["password"]));
        if (!RedirectTarget.TryResolve(form["redirect"], InstanceAddress.Of(context), out var target, out var error))
            return Refusal.Show(context, StatusCodes.Status400BadRequest, error, PageLanguage.Of(context).ErrorForeignTarget);

        var texts = PageLanguage.Of(context);
        try
        {
            return await CheckAsync(context, id, form["password"]) is false
                ? SharePasswordPage.Show(context, id, target, texts.Security.ShareWrongPassword, StatusCodes.Status403Forbidden)
                : new SeeOther(target);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return SharePasswordPage.Show(context, id, target, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
        }
    }

    /// <summary>Whether the password is right; null when there is none. A browser that knew it gets its cookie.</summary>
    private async Task<bool?> CheckAsync(HttpContext context, string id, string password)
    {
        var permissions = grains.GetGrain<IPermissionsGrain>(context.Instance().Id);
        var document = await permissions.GetAsync(id);
        if (document.IsExpired(time.GetUtcNow()))
            throw new ApiException(TokenErrors.Expired);

        var isRight = await permissions.CheckPasswordAsync(id, password);
        if (isRight == true)
            SharePasswordCookie.Write(context, document);
        return isRight;
    }

    private static IResult Tell(bool? isRight) => isRight switch
    {
        null => AuthJson.Of(new { password = "none" }),
        false => AuthJson.Error("Invalid password", StatusCodes.Status403Forbidden),
        true => AuthJson.Of(new { password = "ok" }),
    };
}
