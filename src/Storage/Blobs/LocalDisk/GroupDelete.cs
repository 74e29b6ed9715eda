namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>Removes names on one thread, those that wait at the same time one after the other.</summary>
internal sealed class GroupDelete
{
    private readonly DiskBatch<Waiting> _batch = new(
        static group => group.ForEach(waiting => waiting.Delete()),
        static group => group.ForEach(waiting => waiting.Tell()));

    /// <summary>Removes a file's name; one that is gone already is no failure.</summary>
    /// <exception cref="BlobStoreException">The disk failed.</exception>
    public Task DeleteAsync(string path)
    {
        var waiting = new Waiting(path);
        _batch.Add(waiting);
        return waiting.Done;
    }

    private sealed class Waiting(string path)
    {
        private readonly TaskCompletionSource _done = new();
        private Exception? _failure;

        public Task Done => _done.Task;

        public void Delete()
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception failure)
            {
                _failure = DiskErrors.IsDisk(failure) ? DiskErrors.Translate(failure) : failure;
            }
        }

        public void Tell()
        {
            if (_failure is null)
                _done.SetResult();
            else
                _done.SetException(_failure);
        }
    }
}
