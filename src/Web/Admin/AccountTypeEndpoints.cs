using Cozy.Grains.Accounts;
using Cozy.Grains.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary>The kinds of accounts at other services that the operator describes: <c>/account_types</c>.</summary>
internal sealed class AccountTypeEndpoints(IGrainFactory grains, IOptions<WebOptions> options)
{
    private IAccountTypesGrain Types => grains.GetGrain<IAccountTypesGrain>(0);

    /// <summary>Adds the routes. An id is <c>name</c> or <c>context/name</c>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/account_types", ListAsync);
        routes.MapPut("/account_types/{**id}", SaveAsync);
        routes.MapDelete("/account_types/{**id}", RemoveAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var types = await Types.ListAsync();
        await AdminJson.WriteAsync(context, AdminJson.Json, json =>
        {
            json.WriteStartArray();
            foreach (var type in types)
                json.WriteRawValue(type.Span);
            json.WriteEndArray();
        });
    }

    private async Task SaveAsync(HttpContext context, string id)
    {
        var saved = await Types.SaveAsync(id, await JsonBody.ReadAsync(context, options.Value));
        await AdminJson.WriteAsync(context, AdminJson.Json, json => json.WriteRawValue(saved.Span));
    }

    private async Task<IResult> RemoveAsync(string id) =>
        await Types.DeleteAsync(id) ? Results.NoContent() : throw CozyException.NotFound("There is no such kind of account.");
}
