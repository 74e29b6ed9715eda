using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Thumbnails;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Grains;

/// <summary>What the grains need from the container besides the two stores and a <see cref="TimeProvider"/>.</summary>
public static class GrainServices
{
    /// <summary>Registers the grains' own services.</summary>
    public static IServiceCollection AddCozyGrains(this IServiceCollection services) => services
        .AddSingleton<DocumentCacheBudget>()
        .AddSingleton<PassphraseHasher>()
        .AddSingleton<AppDownloads>()
        .AddSingleton<AppRegistries>()
        .AddSingleton<PackageFetcher>()
        .AddSingleton<PackageStore>()
        .AddSingleton<ThumbnailWorkers>();
}
