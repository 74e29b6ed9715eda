using Cozy.Grains.Files;
using Cozy.Grains.Realtime;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.Thumbnails;

/// <summary>Works off what waits, one file at a time; what somebody is waiting for goes first.</summary>
[GrainType("thumbnails"), PreferLocalPlacement]
internal sealed partial class ThumbnailsGrain(
    IBlobStore blobs, ThumbnailWorkers workers, IOptions<ThumbnailOptions> options, ILogger<ThumbnailsGrain> logger)
    : Grain, IThumbnailsGrain
{
    private const string EventDoctype = "io.cozy.files.thumbnails";

    // Long enough for what is under way, even if other instances go first.
    private static readonly TimeSpan KeepActive = TimeSpan.FromMinutes(10);

    private readonly ThumbnailOptions _options = options.Value;
    private readonly Queue<string> _waiting = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);
    private bool _working;

    private string InstanceId => this.GetPrimaryKeyString();

    public ValueTask EnqueueAsync(string fileId)
    {
        if (_options.Enabled && _waiting.Count < _options.MaxWaiting && _known.Add(fileId))
            _waiting.Enqueue(fileId);
        if (!_working && _waiting.Count > 0)
            _ = WorkAsync();
        return default;
    }

    public Task EnsureAsync(string fileId) => _options.Enabled ? MakeOnceAsync(fileId, isUrgent: true) : Task.CompletedTask;

    private async Task WorkAsync()
    {
        _working = true;
        while (_waiting.TryDequeue(out var fileId))
        {
            _known.Remove(fileId);
            DelayDeactivation(KeepActive);
            await MakeOnceAsync(fileId, isUrgent: false);
        }

        _working = false;
    }

    private async Task MakeOnceAsync(string fileId, bool isUrgent)
    {
        if (!_running.TryGetValue(fileId, out var running))
            _running[fileId] = running = MakeAsync(fileId, isUrgent);
        try
        {
            await running;
        }
        finally
        {
            _running.Remove(fileId);
        }
    }

    private async Task MakeAsync(string fileId, bool isUrgent)
    {
        try
        {
            var tree = GrainFactory.GetGrain<IFileTreeGrain>(InstanceId);
            if (await tree.FindByIdAsync(fileId) is not { IsDirectory: false } entry
                || ThumbnailSource.Of(entry) is not { } source || source.Length > _options.MaxFileBytes)
            {
                return;
            }

            if (await blobs.Thumbnails.GetAsync(source.Key(InstanceId, ThumbnailKey.Formats[^1])) is null)
                await MakeAsync(source, isUrgent);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // It is made when it is asked for the next time.
            LogFailed(failure, InstanceId);
        }
    }

    private async Task MakeAsync(ThumbnailSource source, bool isUrgent)
    {
        var images = await workers.RenderAsync(
            InstanceId, isUrgent, () => source.OpenAsync(blobs, InstanceId), source.Length);

        // The smallest comes last: it tells that the others are there.
        foreach (var (index, format) in ThumbnailKey.Formats.Index())
            await blobs.Thumbnails.PutAsync(source.Key(InstanceId, format), images?[index] ?? ReadOnlyMemory<byte>.Empty);
        if (images is not null)
            Tell(source.FileId);
    }

    /// <summary>Tells who shows the file that they can show the thumbnails now. Who misses it asks again.</summary>
    private void Tell(string fileId)
    {
        var realtime = GrainFactory.GetGrain<IRealtimeGrain>(InstanceId);
        foreach (var format in ThumbnailKey.Formats)
        {
            var members = Json.Members(json => json.WriteString("format", format));
            realtime.NotifyAsync(new DocumentEvent(EventDoctype, EventVerb.Created, fileId, null, members)).Ignore();
        }
    }

    [LoggerMessage(1102, LogLevel.Warning, "The thumbnails of a file of {InstanceId} could not be made")]
    private partial void LogFailed(Exception failure, string instanceId);
}
