using System.Text.Json;
using Cozy.Grains.Contexts;
using Cozy.Grains.Errors;
using Cozy.Grains.Features;
using Cozy.Grains.Instances;
using Cozy.Web.Features;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary>The operator's way to feature flags and contexts: <c>/instances/…/feature/…</c>, <c>/instances/contexts</c>.</summary>
internal sealed class FeatureAdminEndpoints(
    IGrainFactory grains, FeatureFlags flags, InstanceCache instances, IOptions<WebOptions> options, IOptions<ContextsOptions> contexts)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/instances/{domain}/feature/all", ShowAllAsync);
        routes.MapGet("/instances/{domain}/feature/flags", ShowAsync);
        routes.MapPatch("/instances/{domain}/feature/flags", PatchAsync);
        routes.MapGet("/instances/{domain}/feature/sets", ShowSetsAsync);
        routes.MapPut("/instances/{domain}/feature/sets", SetSetsAsync);
        routes.MapGet("/instances/feature/config/{context}", (HttpContext http, string context) =>
            AdminJson.WriteAsync(http, AdminJson.Json, json => Write(json, flags.ConfiguredFor(context))));
        foreach (var (path, scopeOf) in new (string, Func<string, string>)[]
        {
            ("/instances/feature/contexts/{context}", FlagScopes.Context),
            ("/instances/feature/defaults", _ => FlagScopes.Default),
        })
        {
            routes.MapGet(path, (HttpContext http, string? context) => ShowScopeAsync(http, scopeOf(context ?? "")));
            routes.MapPatch(path, (HttpContext http, string? context) => PatchScopeAsync(http, scopeOf(context ?? "")));
        }

        routes.MapGet("/instances/contexts", ListContextsAsync);
        routes.MapGet("/instances/contexts/{name}", ShowContextAsync);
    }

    private async Task ShowAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        await WriteAsync(context, instance.FeatureFlags);
    }

    private async Task ShowAllAsync(HttpContext context, string domain)
    {
        var all = await flags.ReadAsync(await grains.RequireInstanceAsync(domain));
        await AdminJson.WriteAsync(context, AdminJson.Json, json => Write(json, all));
    }

    private async Task PatchAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var patch = await JsonBody.ReadAsync(context, options.Value);
        var changed = await grains.GetGrain<IInstanceGrain>(instance.Id).PatchFlagsAsync(patch);
        instances.InvalidateInstance(instance.Domain);
        await WriteAsync(context, changed.FeatureFlags);
    }

    private async Task ShowSetsAsync(HttpContext context, string domain) =>
        await WriteSetsAsync(context, await grains.RequireInstanceAsync(domain));

    private async Task SetSetsAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        using var json = JsonDocument.Parse(await JsonBody.ReadAsync(context, options.Value));
        if (json.RootElement.ValueKind != JsonValueKind.Array
            || json.RootElement.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
        {
            throw CozyException.BadRequest("The body is not a list of texts.");
        }

        string[] sets = [.. json.RootElement.EnumerateArray().Select(name => name.GetString()!)];
        await WriteSetsAsync(context, await grains.GetGrain<IInstanceGrain>(instance.Id).ModifyAsync(new InstancePatch { FeatureSets = sets }));
    }

    private async Task ShowScopeAsync(HttpContext context, string scope) =>
        await WriteAsync(context, await flags.FlagsOf(scope).GetAsync());

    private async Task PatchScopeAsync(HttpContext context, string scope) =>
        await WriteAsync(context, await flags.FlagsOf(scope).PatchAsync(await JsonBody.ReadAsync(context, options.Value)));

    private Task ListContextsAsync(HttpContext context) => AdminJson.WriteAsync(context, AdminJson.Json, json =>
    {
        json.WriteStartArray();
        foreach (var name in contexts.Value.Keys.Order(StringComparer.Ordinal))
            WriteContext(json, name);
        json.WriteEndArray();
    });

    private Task ShowContextAsync(HttpContext context, string name) => contexts.Value.ContainsKey(name)
        ? AdminJson.WriteAsync(context, AdminJson.Json, json => WriteContext(json, name))
        : throw CozyException.NotFound("There is no such context.");

    private void WriteContext(Utf8JsonWriter json, string name)
    {
        var context = contexts.Value[name];
        json.WriteStartObject();
        json.WriteString("context", name);
        json.WriteStartObject("config");
        json.WriteString("default_apps", context.DefaultApps);
        json.WriteString("default_redirection", context.DefaultRedirection);
        json.WriteBoolean("permissions_skip_verification", context.SkipPermissionConsent);
        json.WriteString("help_link", context.HelpLink);
        json.WriteString("support_address", context.SupportAddress);
        json.WritePropertyName("features");
        Write(json, flags.ConfiguredFor(name));
        json.WriteEndObject();
        json.WriteStartArray("registries");
        foreach (var registry in context.Registries)
            json.WriteStringValue(registry);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, JsonElement>> flags)
    {
        json.WriteStartObject();
        InstanceFacts.WriteFlags(json, flags);
        json.WriteEndObject();
    }

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> flags) =>
        AdminJson.WriteAsync(context, AdminJson.Json, json => json.WriteRawValue(flags.IsEmpty ? "{}"u8 : flags.Span));

    private static Task WriteSetsAsync(HttpContext context, Instance instance) => AdminJson.WriteAsync(context, AdminJson.Json, json =>
    {
        json.WriteStartArray();
        foreach (var set in instance.FeatureSets)
            json.WriteStringValue(set);
        json.WriteEndArray();
    });
}
