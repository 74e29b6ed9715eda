using Cozy.Storage.Documents;

namespace Cozy.Grains.Doctypes;

/// <summary>The database as a whole: its local documents, its facts, its beginning and end, its feeds.</summary>
internal sealed partial class DoctypeGrain
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> WriteLocalAsync(string id, string? revision, ReadOnlyMemory<byte> members) =>
        FromStoreAsync(() => _store.PutLocalAsync(_database, id, revision, members));

    public Task<bool> DeleteLocalAsync(string id) => FromStoreAsync(() => _store.DeleteLocalAsync(_database, id));

    public Task<DoctypeFacts?> DescribeAsync() => FromStoreAsync(async () =>
        await _store.GetInfoAsync(_database) is { } info
            ? new DoctypeFacts(info.DocumentCount, info.DeletedCount, info.UpdateSequence, info.Bytes)
            : null);

    public Task<bool> CreateDatabaseAsync() => FromStoreAsync(() => _store.CreateDatabaseAsync(_database));

    public async Task<bool> DeleteDatabaseAsync()
    {
        _writes++;
        try
        {
            return await FromStoreAsync(() => _store.DeleteDatabaseAsync(_database));
        }
        finally
        {
            _cache.Clear();
            _writes++;
            WakeFeeds();
        }
    }

    public async Task<bool> WaitForChangeAsync(TimeSpan longest)
    {
        try
        {
            await _changed.Task.WaitAsync(longest, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void WakeFeeds()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }
}
