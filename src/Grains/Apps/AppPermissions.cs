using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Apps;

/// <summary>The permission documents of an instance's apps.</summary>
internal sealed class AppPermissions(IPermissionsGrain permissions, TimeProvider time)
{
    /// <summary>Whether the owner allowed all of this already.</summary>
    public async Task<bool> CoverAsync(AppKind kind, string slug, IReadOnlyList<TitledRule> rules) =>
        await FindAsync(kind, slug) is { } accepted
        && accepted.Set.Includes(new PermissionSet([.. rules.Select(rule => rule.Rule)]));

    /// <summary>
    /// Gives an app the permissions of its manifest. What it was given besides those of the manifest it had before
    /// stays.
    /// </summary>
    public async Task GiveAsync(AppKind kind, string slug, IReadOnlyList<TitledRule> rules, InstalledApp? before)
    {
        var current = await FindAsync(kind, slug);
        var document = current ?? new PermissionDocument
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
            Type = TypeOf(kind),
            SourceId = kind.DocumentId(slug),
        };
        var replaced = TitlesOf(before).Concat(rules.Select(rule => rule.Title)).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<TitledRule> merged = [.. rules, .. document.Rules.Where(rule => !replaced.Contains(rule.Title))];
        await permissions.SaveAsync(document with { Rules = merged }, null, isRetry: false);
    }

    /// <summary>Takes all permissions from an app.</summary>
    public async Task TakeAsync(AppKind kind, string slug)
    {
        if (await FindAsync(kind, slug) is { } document)
            await permissions.DeleteAsync(document.Id, isRetry: false);
    }

    private static string TypeOf(AppKind kind) => kind == AppKind.WebApp ? PermissionTypes.App : PermissionTypes.Connector;

    private static IEnumerable<string> TitlesOf(InstalledApp? app)
    {
        if (app is null)
            return [];
        using var document = Json.Parse(app.Members);
        return document.RootElement.TryGetProperty("permissions", out var rules) && rules.ValueKind == JsonValueKind.Object
            ? [.. rules.EnumerateObject().Select(rule => rule.Name)]
            : [];
    }

    private ValueTask<PermissionDocument?> FindAsync(AppKind kind, string slug) =>
        permissions.FindBySourceAsync(TypeOf(kind), kind.DocumentId(slug));
}
