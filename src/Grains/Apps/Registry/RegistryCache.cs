using System.Collections.Concurrent;
using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Registry;

/// <summary>
/// Asks registries, each question once for a while, whoever asks. When a registry does not answer, what it said last goes
/// on to be used.
/// </summary>
internal sealed class RegistryCache(AppDownloads downloads, IOptions<AppsOptions> options, TimeProvider time)
{
    private const long MaxBytes = 64 << 20;
    private const int MaxEntries = 5000;

    private readonly ConcurrentDictionary<Uri, Entry> _entries = new();
    private long _bytes;

    /// <summary>The answer of an address; null when there is nothing.</summary>
    /// <exception cref="CozyException">Unavailable: the registry does not answer as it should.</exception>
    public async Task<RegistryAnswer?> GetAsync(Uri address)
    {
        _entries.TryGetValue(address, out var known);
        if (known is null || (known.Answer.IsCompleted && known.Expires <= time.GetUtcNow()))
        {
            var fresh = new Entry(new(() => AskAsync(address, known)), time.GetUtcNow() + options.Value.RegistryCacheTime);
            known = known is not null && _entries.TryUpdate(address, fresh, known) ? fresh : _entries.GetOrAdd(address, fresh);
        }

        try
        {
            return await known.Answer;
        }
        catch
        {
            _entries.TryRemove(new(address, known));
            throw;
        }
    }

    private async Task<RegistryAnswer?> AskAsync(Uri address, Entry? earlier)
    {
        using var patience = new CancellationTokenSource(options.Value.RegistryTimeout, time);
        try
        {
            var answer = await downloads.FindAsync(address, options.Value.MaxRegistryBytes, patience.Token);
            MakeRoom(answer?.Body.Length ?? 0);
            return answer;
        }
        catch (Exception failure) when (failure is OperationCanceledException or CozyException or IOException or HttpRequestException)
        {
            if (earlier is { Answer.IsCompletedSuccessfully: true })
                return await earlier.Answer;
            throw new CozyException(ErrorKind.Unavailable, "registry_unavailable", "The registry of apps does not answer.");
        }
    }

    private void MakeRoom(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) < MaxBytes && _entries.Count < MaxEntries)
            return;
        _entries.Clear();
        Interlocked.Exchange(ref _bytes, bytes);
    }

    private sealed class Entry(Lazy<Task<RegistryAnswer?>> asking, DateTimeOffset expires)
    {
        public Task<RegistryAnswer?> Answer => asking.Value;

        public DateTimeOffset Expires { get; } = expires;
    }
}
