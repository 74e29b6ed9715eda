using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Realtime;

/// <summary>What telling of writes needs from the container.</summary>
internal sealed class EventServices(
    IDocumentStore documents, IOptions<RealtimeOptions> options, TimeProvider time, ILogger<EventServices> logger)
{
    /// <summary>A larger event goes without what the document was before, so that it fits into a message.</summary>
    public const int LargestWithOld = 4 << 20;

    public IDocumentStore Documents { get; } = documents;

    public RealtimeOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
