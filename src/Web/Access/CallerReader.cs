using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Access;

/// <summary>Finds out who calls, from the token of the request.</summary>
internal sealed class CallerReader(TokenReader tokens, IPermissionSource permissions, GuessLimits guesses)
{
    /// <summary>Who calls.</summary>
    /// <exception cref="ApiException">401: no token; 400, 403: not a good one.</exception>
    public ValueTask<Caller> ReadAsync(HttpContext context) =>
        ReadAsync(context, TokenText.From(context.Request) ?? throw new ApiException(TokenErrors.Missing));

    /// <summary>Who shows a token that did not come with the request itself.</summary>
    /// <exception cref="ApiException">400, 403: not a good one.</exception>
    public ValueTask<Caller> ReadAsync(HttpContext context, string text)
    {
        if (ShortCode.From(text) is { } shortCode)
            return new(ReadShortCodeAsync(context, shortCode));

        var token = Verify(context, text);
        var grant = permissions.GrantAsync(context, token, text);
        return grant.IsCompletedSuccessfully ? new(new Caller(token, grant.Result)) : new(CompleteAsync(token, grant));
    }

    private static async Task<Caller> CompleteAsync(Token token, ValueTask<Grant> grant) => new(token, await grant);

    private async Task<Caller> ReadShortCodeAsync(HttpContext context, string shortCode)
    {
        guesses.RequireLeft(context);
        try
        {
            var (text, grant) = await permissions.GrantShortCodeAsync(context, shortCode);
            return new(Verify(context, text), grant);
        }
        catch (ApiException)
        {
            // Unknown, or good no longer: both look the same to who guesses.
            await guesses.CountAsync(context);
            throw;
        }
    }

    private Token Verify(HttpContext context, string text)
    {
        var reading = tokens.Read(context.Instance(), text);
        return reading.Token ?? throw new ApiException(reading.IsExpired ? TokenErrors.Expired : TokenErrors.Invalid);
    }
}
