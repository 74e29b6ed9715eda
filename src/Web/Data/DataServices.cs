using Cozy.CouchDbServer;
using Cozy.CouchDbServer.Changes;
using Cozy.Storage.Documents.Mango;
using Cozy.Web.Data.Feeds;
using Cozy.Web.Data.Listings;
using Cozy.Web.Data.Queries;
using Cozy.Web.Data.References;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data;

/// <summary>What <c>/data</c> needs of the container.</summary>
internal static class DataServices
{
    public static IServiceCollection AddData(this IServiceCollection services) => services
        .AddSingleton<DoctypeGrains>()
        .AddSingleton<GrainDocuments>()
        .AddSingleton<IChangeSignals, GrainSignals>()
        .AddSingleton(Protocol)
        .AddSingleton<FeedSlots>()
        .AddSingleton<RevisionReader>()
        .AddSingleton<DatabaseEndpoints>()
        .AddSingleton<DocumentEndpoints>()
        .AddSingleton<ListingEndpoints>()
        .AddSingleton<ChangesEndpoints>()
        .AddSingleton<ProtocolEndpoints>()
        .AddSingleton<DesignEndpoints>()
        .AddSingleton<QueryEndpoints>()
        .AddSingleton<RelatedFilesEndpoints>()
        .AddSingleton<DataEndpoints>();

    private static CouchProtocol Protocol(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<WebOptions>>().Value;
        var limits = new ProtocolLimits
        {
            MaxDocumentBytes = (int)Math.Min(options.MaxJsonBytes, int.MaxValue),
            MaxIdBytes = options.MaxDocumentIdBytes,
            MaxRequestBytes = options.MaxBulkBytes,
            Queries = services.GetRequiredService<IOptions<MangoLimits>>().Value,
        };
        return new CouchProtocol(
            services.GetRequiredService<GrainDocuments>(),
            services.GetRequiredService<IChangeSignals>(),
            limits,
            services.GetRequiredService<TimeProvider>());
    }
}
