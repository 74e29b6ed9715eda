using Cozy.Web.Files.Archives;
using Cozy.Web.Files.Metadata;
using Cozy.Web.Files.Queries;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Files;

/// <summary>Composes the file service.</summary>
internal static class FileServices
{
    /// <summary>Registers what the file service is made of.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services) => services
        .AddSingleton<FileTrees>()
        .AddSingleton<FileLinks>()
        .AddSingleton<FileTickets>()
        .AddSingleton<FileAnswers>()
        .AddSingleton<MetadataExtraction>()
        .AddSingleton<FileUploads>()
        .AddSingleton<FileCopies>()
        .AddSingleton<FilePatches>()
        .AddSingleton<CurrentContents>()
        .AddSingleton<DownloadHandler>()
        .AddSingleton<FilePages>()
        .AddSingleton<FileEndpoints>()
        .AddSingleton<FileContentEndpoints>()
        .AddSingleton<TrashEndpoints>()
        .AddSingleton<VersionEndpoints>()
        .AddSingleton<ReferenceEndpoints>()
        .AddSingleton<FileFinder>()
        .AddSingleton<FileFeed>()
        .AddSingleton<FileQueryEndpoints>()
        .AddSingleton<ArchivePages>()
        .AddSingleton<ArchiveWriter>()
        .AddSingleton<ArchiveEndpoints>()
        .AddSingleton<ShortcutEndpoints>();

    /// <summary>Adds the routes.</summary>
    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<FileEndpoints>().Map(routes);
        services.GetRequiredService<FileContentEndpoints>().Map(routes);
        services.GetRequiredService<TrashEndpoints>().Map(routes);
        services.GetRequiredService<VersionEndpoints>().Map(routes);
        services.GetRequiredService<ReferenceEndpoints>().Map(routes);
        services.GetRequiredService<FileQueryEndpoints>().Map(routes);
        services.GetRequiredService<ArchiveEndpoints>().Map(routes);
        services.GetRequiredService<ShortcutEndpoints>().Map(routes);
    }
}
