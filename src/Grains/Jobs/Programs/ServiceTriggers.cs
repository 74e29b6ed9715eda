using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Permissions;
using Cozy.Grains.Storage;
using Cozy.Grains.Triggers;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>
/// Keeps the triggers of the <c>services</c> in web apps' manifests, and removes those of connectors that are gone. A
/// service's trigger has an id made of the names of app and service, so that it is found again and never made twice.
/// </summary>
internal sealed partial class ServiceTriggers(IGrainFactory grains, ILogger<ServiceTriggers> log) : IAppFollower
{
    private const string Never = "@at 2000-01-01T00:00:00.000Z";

    public async Task ReadyAsync(string instanceId, InstalledApp app)
    {
        if (app.Kind != AppKind.WebApp)
            return;
        var scheduler = grains.GetGrain<ISchedulerGrain>(instanceId);
        var wanted = await WantedAsync(instanceId, app);
        foreach (var kept in (await scheduler.ListAsync()).Where(trigger => IsServiceOf(trigger, app.Slug)))
        {
            if (!wanted.TryGetValue(kept.Id, out var same) || !IsAsWanted(kept, same))
                await scheduler.DeleteAsync(kept.Id);
        }

        foreach (var trigger in wanted.Values)
            await scheduler.AddAsync(trigger);
    }

    public async Task RemovedAsync(string instanceId, InstalledApp app)
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(instanceId);
        Func<Document, string, bool> isOf = app.Kind == AppKind.WebApp ? IsServiceOf : IsConnectors;
        foreach (var trigger in (await scheduler.ListAsync()).Where(trigger => isOf(trigger, app.Slug)))
            await scheduler.DeleteAsync(trigger.Id);
    }

    private async Task<Dictionary<string, NewTrigger>> WantedAsync(string instanceId, InstalledApp app)
    {
        var wanted = new Dictionary<string, NewTrigger>(StringComparer.Ordinal);
        using var manifest = Json.Parse(app.Members);
        if (!manifest.RootElement.TryGetProperty("services", out var services) || services.ValueKind != JsonValueKind.Object)
            return wanted;
        var rights = await grains.GetGrain<IPermissionsGrain>(instanceId)
            .FindBySourceAsync(PermissionTypes.App, app.Kind.DocumentId(app.Slug));
        foreach (var service in services.EnumerateObject())
        {
            if (TriggerOf(app.Slug, service) is not { } trigger)
                continue;
            if (trigger.Type == TriggerTypes.Event && !MayRead(rights, trigger.Arguments))
                LogNotAllowed(log, service.Name, app.Slug, instanceId);
            else
                wanted.Add(trigger.Id!, trigger);
        }

        return wanted;
    }

    /// <summary>What a manifest asks for; null when the service is only called by the app.</summary>
    private static NewTrigger? TriggerOf(string slug, JsonProperty service)
    {
        var text = service.Value.Text("trigger")?.Trim() ?? "";
        if (text.Length == 0 || text == Never)
            return null;
        var parts = text.Split(' ', 2, StringSplitOptions.TrimEntries);
        return new NewTrigger
        {
            Id = IdOf(slug, service.Name),
            Type = parts[0],
            Arguments = parts.Length > 1 ? parts[1] : "",
            Worker = ServiceWorker.Name,
            Debounce = service.Value.Text("debounce") ?? "",
            Message = JsonSerializer.SerializeToUtf8Bytes(new { slug, name = service.Name }),
            CreatedByApp = slug,
        };
    }

    /// <summary>The id of the trigger that a manifest's service has; null for one that only the app calls.</summary>
    public static string? TriggerIdOf(string slug, string name, JsonElement service) =>
        service.Text("trigger")?.Trim() is { Length: > 0 } text && text != Never ? IdOf(slug, name) : null;

    private static string IdOf(string slug, string service) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ServiceWorker.Name}\n{slug}\n{service}")).AsSpan(0, 16));

    /// <summary>The service is given the documents: an app that may not read them must not get them this way.</summary>
    private static bool MayRead(PermissionDocument? rights, string rules) => rights is not null
        && rules.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(rule =>
            rights.Set.AllowsSome(Verbs.Get, rule.Split(':')[0]));

    /// <summary>Whether a manifest made the trigger; those that the app itself made for its services have other ids.</summary>
    private static bool IsServiceOf(Document trigger, string slug)
    {
        var document = TriggerDocument.Parse(trigger.Id, trigger.Revision, trigger.Members);
        return document.Worker == ServiceWorker.Name && Member(document, "slug") == slug && Member(document, "name") is { } name
            && document.Id == IdOf(slug, name);
    }

    private static bool IsConnectors(Document trigger, string slug)
    {
        var document = TriggerDocument.Parse(trigger.Id, trigger.Revision, trigger.Members);
        return document.Worker is ConnectorWorker.Name or WorkerType.Client && Member(document, "konnector") == slug;
    }

    private static bool IsAsWanted(Document kept, NewTrigger wanted)
    {
        var document = TriggerDocument.Parse(kept.Id, kept.Revision, kept.Members);
        return (document.Type, document.Arguments, document.Debounce) == (wanted.Type, wanted.Arguments, wanted.Debounce);
    }

    private static string? Member(TriggerDocument trigger, string name)
    {
        if (trigger.Message.IsEmpty)
            return null;
        using var message = JsonDocument.Parse(trigger.Message);
        return message.RootElement.ValueKind == JsonValueKind.Object ? message.RootElement.Text(name) : null;
    }

    [LoggerMessage(1361, LogLevel.Warning, "The service {Service} of {Slug} in {InstanceId} has no trigger: the app may not read what would set it off")]
    private static partial void LogNotAllowed(ILogger logger, string service, string slug, string instanceId);
}
