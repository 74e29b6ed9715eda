using Cozy.Grains.Errors;
using Cozy.Silo.Configuration;
using Cozy.Silo.Hosting;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Cozy.Web.Admin;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Cozy.Silo.Backups;

/// <summary><c>GET /instances/:domain/backup</c> of the admin API: the instance as an archive.</summary>
internal sealed class BackupEndpoint(IGrainFactory grains, IDocumentStore documents, Settings settings, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/instances/{domain}/backup", WriteAsync);

    private async Task WriteAsync(HttpContext context, string domain)
    {
        var instance = await grains.FindInstanceAsync(domain) ?? throw CozyException.NotFound("Instance not found");
        if (documents is not SqliteDocumentStore store)
        {
            throw CozyException.Invalid(
                "domain", "The documents are in a CouchDB server: back them up there, by replication or with CouchDB's tools.");
        }

        var data = Path.GetFullPath(settings.Server.Data);
        var files = settings.Files.Adapter == FilesAdapter.LocalDisk ? Path.Combine(data, StoreServices.FilesFolder) : null;
        var writer = new BackupWriter(store, files, Path.Combine(data, "tmp"), time);
        context.Features.Get<IHttpMinResponseDataRateFeature>()!.MinDataRate = null;
        context.Response.ContentType = "application/x-tar";
        try
        {
            await writer.WriteAsync(instance.Id, instance.Domain, context.Response.Body, context.RequestAborted);
        }
        catch (Exception) when (context.Response.HasStarted)
        {
            // What was sent must not look whole.
            context.Abort();
            throw;
        }
        catch (BackupException failure)
        {
            throw CozyException.NotFound(failure.Message);
        }
    }
}
