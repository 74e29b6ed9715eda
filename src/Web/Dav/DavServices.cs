using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Dav;

/// <summary>What WebDAV needs.</summary>
internal static class DavServices
{
    /// <summary>Registers it.</summary>
    public static IServiceCollection AddDav(this IServiceCollection services) => services
        .AddSingleton<DavTree>()
        .AddSingleton<DavConditions>()
        .AddSingleton<DavUploads>()
        .AddSingleton<TreeHandlers>()
        .AddSingleton<CopyHandler>()
        .AddSingleton<PropFindHandler>()
        .AddSingleton<PropPatchHandler>()
        .AddSingleton<LockHandler>()
        .AddSingleton<DavEndpoints>();
}
