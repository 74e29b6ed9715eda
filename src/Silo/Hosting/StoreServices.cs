using Cozy.Silo.Configuration;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.LocalDisk;
using Cozy.Storage.Blobs.Swift;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.CouchDb;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Extensions.Options;

namespace Cozy.Silo.Hosting;

/// <summary>
/// The two stores as configured. The container closes them last, after the silo and both web servers have stopped.
/// </summary>
internal static class StoreServices
{
    /// <summary>Where the embedded engine keeps its files, below the data folder.</summary>
    public const string DocumentsFolder = "documents";

    /// <summary>Where the contents of files are, below the data folder.</summary>
    public const string FilesFolder = "files";

    public static IServiceCollection AddCozyStores(this IServiceCollection services, Settings settings) => services
        .AddSingleton(Options.Create(settings.Documents.Queries.ToLimits()))
        .AddSingleton<IDocumentStore>(provider => OpenDocuments(settings, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IBlobStore>(provider => OpenBlobs(settings, provider.GetRequiredService<TimeProvider>()));

    private static IDocumentStore OpenDocuments(Settings settings, TimeProvider time) => settings.Documents.Adapter switch
    {
        DocumentsAdapter.CouchDb => new CouchDbDocumentStore(new CouchDbOptions
        {
            Url = settings.Documents.CouchDb.Url!,
            UserName = settings.Documents.CouchDb.User,
            Password = settings.Documents.CouchDb.Password,
            MaxConnections = settings.Documents.CouchDb.MaxConnections,
            RequestTimeout = settings.Documents.CouchDb.RequestTimeout,
        }),
        _ => new SqliteDocumentStore(
            new SqliteDocumentOptions
            {
                Directory = Path.GetFullPath(Path.Combine(settings.Server.Data, DocumentsFolder)),
                MaxOpenFiles = settings.Documents.Sqlite.MaxOpenFiles,
                IdleClose = settings.Documents.Sqlite.IdleClose,
                CompactAfterRevisions = settings.Documents.Sqlite.CompactAfterRevisions,
                Queries = settings.Documents.Queries.ToLimits(),
            },
            time),
    };

    private static IBlobStore OpenBlobs(Settings settings, TimeProvider time) => settings.Files.Adapter switch
    {
        FilesAdapter.Swift => new SwiftBlobStore(settings.Files.Swift, time),
        _ => new LocalDiskBlobStore(new LocalDiskOptions
        {
            Directory = Path.GetFullPath(Path.Combine(settings.Server.Data, FilesFolder)),
        }),
    };
}
