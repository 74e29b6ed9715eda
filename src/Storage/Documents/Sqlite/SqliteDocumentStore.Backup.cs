namespace Cozy.Storage.Documents.Sqlite;

/// <content>Backups of whole partitions.</content>
public sealed partial class SqliteDocumentStore
{
    /// <summary>
    /// Copies a partition to a file as it is at one moment; reading and writing go on. The file appears whole or not at
    /// all. False when the partition has no documents.
    /// </summary>
    /// <param name="partition">What to copy.</param>
    /// <param name="path">The file; overwritten when it is there.</param>
    /// <param name="cancellationToken">Ends the wait, not the copying.</param>
    /// <exception cref="DocumentStoreException">There is no room for it, or the partition is damaged.</exception>
    public Task<bool> BackupAsync(string partition, string path, CancellationToken cancellationToken = default)
    {
        var file = _files[partition];
        return Task.Run(() => file.TryCopy(path), cancellationToken);
    }

    /// <summary>
    /// Puts a copy made by <see cref="BackupAsync"/> in the place of a partition: whole or not at all. False when the
    /// partition has documents and they must not be replaced.
    /// </summary>
    /// <param name="partition">What to replace.</param>
    /// <param name="path">The copy, which stays as it is.</param>
    /// <param name="replace">Whether documents that are there may be lost.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DocumentStoreException">The copy is damaged or of a newer version, or there is no room for it.</exception>
    public async Task<bool> RestoreAsync(
        string partition, string path, bool replace, CancellationToken cancellationToken = default)
    {
        var file = _files[partition];
        var incoming = file.Path + ".incoming";
        try
        {
            await Task.Run(
                () =>
                {
                    File.Copy(path, incoming, overwrite: true);
                    SqliteSnapshot.Flush(incoming);
                    SqliteSnapshot.Check(incoming);
                },
                cancellationToken).ConfigureAwait(false);
            return await file.ReplaceAsync(incoming, replace, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw SqliteErrors.Translate(failure, path);
        }
        finally
        {
            File.Delete(incoming);
        }
    }
}
