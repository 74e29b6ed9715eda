using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Access;

/// <summary>Finds out who calls, from the token of the request.</summary>
internal sealed class CallerReader(TokenReader tokens, IPermissionSource permissions)
{
    /// <summary>Who calls.</summary>
    /// <exception cref="ApiException">401: no token; 400: not a good one.</exception>
    public ValueTask<Caller> ReadAsync(HttpContext context)
    {
        var instance = context.Instance();
        var text = TokenText.From(context.Request) ?? throw new ApiException(TokenErrors.Missing);
        var reading = tokens.Read(instance, text);
        var token = reading.Token ?? throw new ApiException(reading.IsExpired ? TokenErrors.Expired : TokenErrors.Invalid);
        var allowed = permissions.PermissionsOfAsync(instance, token, context.RequestAborted);
        return allowed.IsCompletedSuccessfully ? new(new Caller(token, allowed.Result)) : new(CompleteAsync(token, allowed));
    }

    private static async Task<Caller> CompleteAsync(Token token, ValueTask<Grains.Permissions.PermissionSet> permissions) =>
        new(token, await permissions);
}
