using Cozy.Grains.Domains;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary>The routes under <c>/instances</c> that create, show, change and destroy instances.</summary>
internal sealed class InstanceEndpoints(IGrainFactory grains, IOptions<WebOptions> options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/instances", CreateAsync);
        routes.MapGet("/instances/count", CountAsync);
        routes.MapGet("/instances/{domain}", ShowAsync);
        routes.MapPatch("/instances/{domain}", ModifyAsync);
        routes.MapDelete("/instances/{domain}", DestroyAsync);
        routes.MapGet("/instances/{domain}/prefix", PrefixAsync);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var request = InstanceRequests.ReadNew(await AdminParameters.ReadAsync(context.Request));
        if (await grains.FindInstanceAsync(request.Domain) is not null)
            throw CozyException.Conflict("Instance already exists");

        request = request with { Address = InstanceHttpContextExtensions.UrlOf(request.Domain, options.Value) };
        var instance = await grains.GetGrain<IInstanceGrain>(DomainName.InstanceId(request.Domain)).CreateAsync(request);
        await WriteAsync(context, StatusCodes.Status201Created, instance);
    }

    private async Task CountAsync(HttpContext context)
    {
        var count = await grains.GetGrain<IInstanceDirectoryGrain>(0).CountAsync();
        await AdminJson.WriteAsync(context, AdminJson.Json, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", count);
            json.WriteEndObject();
        });
    }

    private async Task ShowAsync(HttpContext context, string domain) =>
        await WriteAsync(context, StatusCodes.Status200OK, await grains.RequireInstanceAsync(domain));

    private async Task ModifyAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var patch = InstanceRequests.ReadPatch(await AdminParameters.ReadAsync(context.Request));
        instance = await grains.GetGrain<IInstanceGrain>(instance.Id).ModifyAsync(patch);
        await WriteAsync(context, StatusCodes.Status200OK, instance);
    }

    private async Task DestroyAsync(HttpContext context, string domain)
    {
        // An instance whose destruction was interrupted is no longer shown, but its name still leads to it.
        var id = await grains.FindInstanceIdAsync(domain) ?? throw InstanceLookup.NotFound();
        await grains.GetGrain<IInstanceGrain>(id).DestroyAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task PrefixAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        await AdminJson.WriteAsync(context, AdminJson.Json, json => json.WriteStringValue(instance.Id));
    }

    private async Task WriteAsync(HttpContext context, int status, Instance instance)
    {
        context.Response.StatusCode = status;
        await AdminJson.WriteAsync(context, AdminJson.JsonApi, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            InstanceJson.WriteResource(json, instance, options.Value);
            json.WriteEndObject();
        });
    }
}
