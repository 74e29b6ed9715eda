using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Files;

/// <summary>
/// Moves of folders: the folder's own document, then the paths of the folders below it (and, into and out of the trash,
/// the flags of the files below it). What is to be done is journaled first, so that a crash finishes it; readers see the
/// tree in memory, which changes at the end.
/// </summary>
internal sealed partial class FileTreeGrain
{
    private const int RewriteAttempts = 5;

    /// <summary>Moves a folder; the caller has the tree alone.</summary>
    private async Task<FileEntry> MoveFolderAsync(
        FileTree tree, FolderNode folder, Document document, MemberChanges changes, FolderNode parent, string name,
        bool? trashed = null)
    {
        var path = FileTree.PathOf(parent, name);
        var members = changes.Set("path", path).ApplyTo(document.Members);
        var below = FileTree.Below(folder).Where(node => node.IsDirectory || trashed is not null).ToList();
        var former = FileTree.PathOf(folder);
        return below.Count == 0
            ? await MoveAsync()
            : await JournaledAsync(new JournalEntry(JournalOperation.Move, folder.Id, document.Revision, members), MoveAsync);

        async Task<FileEntry> MoveAsync()
        {
            var written = await ReplaceAsync(tree, document, members);
            var formerLength = former.Length > 1 ? former.Length : 0;
            await RewriteAsync(below, node => string.Concat(path, FileTree.PathOf(node).AsSpan(formerLength)), trashed);
            FileTree.Move(folder, parent, name);
            return Entry(tree, folder, written);
        }
    }

    /// <summary>
    /// Makes a change that is written down first. When anything stops it, or it is not known whether it was written down, the
    /// tree is read again, which finishes it before anything else is answered: a change that lay in wait in the journal would
    /// one day be made to a tree that has gone on.
    /// </summary>
    private async Task<T> JournaledAsync<T>(JournalEntry entry, Func<Task<T>> change)
    {
        try
        {
            await _journal.WriteAsync(entry);
            var result = await change();
            await _journal.ClearAsync();
            return result;
        }
        catch (StaleDocumentException)
        {
            // The folder's own document comes first, so nothing was changed.
            await _journal.ClearAsync();
            throw;
        }
        catch
        {
            _tree.Reset();
            throw;
        }
    }

    /// <summary>Brings the documents of files and folders in line with where they are.</summary>
    /// <param name="nodes">The files and folders.</param>
    /// <param name="pathOf">The path of a folder.</param>
    /// <param name="trashed">Whether files are in the trash; null when the tree says so.</param>
    private async Task RewriteAsync(IReadOnlyList<FileNode> nodes, Func<FileNode, string> pathOf, bool? trashed = null)
    {
        foreach (var chunk in nodes.Chunk(MaximumPage))
        {
            IReadOnlyList<FileNode> left = chunk;
            for (var attempt = 1; left.Count > 0; attempt++)
            {
                if (attempt > RewriteAttempts)
                {
                    _tree.Reset();
                    throw new CozyException(ErrorKind.Unavailable, "unavailable", "Documents are being changed by somebody else.");
                }

                left = await RewriteChunkAsync(left, node => node.IsDirectory
                    ? new MemberChanges().Set("path", pathOf(node))
                    : new MemberChanges().Set("trashed", trashed ?? FileTree.IsInTrash(node)));
            }
        }
    }

    /// <returns>Those whose documents were changed by somebody else meanwhile.</returns>
    private async Task<IReadOnlyList<FileNode>> RewriteChunkAsync(
        IReadOnlyList<FileNode> nodes, Func<FileNode, MemberChanges> changesOf)
    {
        var documents = await ReadDocumentsAsync(nodes);
        var order = documents.Keys.ToList();
        var edits = order.ConvertAll(node => new Edit(
            node.Id, documents[node].Revision, false, changesOf(node).ApplyTo(documents[node].Members)));
        var failed = new List<FileNode>();
        foreach (var (start, count) in Batches(edits))
        {
            var outcomes = await EditAsync(_documents, edits.GetRange(start, count));
            failed.AddRange(Enumerable.Range(0, count).Where(i => outcomes[i].Error is not null).Select(i => order[start + i]));
        }

        return failed;
    }

    /// <summary>Edits in batches that fit into a message.</summary>
    private static IEnumerable<(int Start, int Count)> Batches(List<Edit> edits)
    {
        for (int start = 0, end = 0; start < edits.Count; start = end)
        {
            var bytes = 0;
            for (end = start; end < edits.Count && (end == start || bytes + edits[end].Members.Length <= MaximumPageBytes); end++)
                bytes += edits[end].Members.Length;
            yield return (start, end - start);
        }
    }
}
