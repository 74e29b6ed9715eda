namespace Cozy.Grains.Files;

/// <summary>References between files and other documents.</summary>
internal sealed partial class FileTreeGrain
{
    public Task<FileEntry> ChangeReferencesAsync(ReferenceChange change) => RetryStaleAsync(async () =>
    {
        using var share = await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(change.Id);
        var document = await RequireDocumentAsync(change.Id);
        var tree = await CurrentTreeAsync();
        var node = tree.Find(change.Id) ?? throw FileRules.NotFound();
        if (change.Kind == ReferenceKind.NotSynchronizedOn && !node.IsDirectory)
            throw FileRules.NotFound();

        var member = FileReferences.MemberOf(change.Kind);
        var known = MemberChanges.Find(document.Members, member) is { } json ? FileReferences.Read(json.Span) : [];
        var references = change.Remove
            ? known.Except(change.References).ToList()
            : known.Union(change.References).ToList();
        var changes = new MemberChanges().SetJson(
            CozyMetadata.Member, CozyMetadata.Update(document.Members, change.Author, _time.GetUtcNow()).ToJson());
        if (references.Count == 0)
            changes.Remove(member);
        else
            changes.SetJson(member, FileReferences.Write(references));

        var written = await ReplaceAsync(tree, document, changes.ApplyTo(document.Members));
        if (change.Kind == ReferenceKind.ReferencedBy)
            tree.ReferencedBy.Set(node, references, FileReferences.DateOf(written.Members));
        else
            tree.NotSynchronizedOn.Set(node, references, "");
        return Entry(tree, node, written);
    });

    public async Task<ReferencedPage> ListReferencedAsync(ReferencedQuery query)
    {
        var tree = await _tree.GetAsync();
        var index = query.Kind == ReferenceKind.ReferencedBy ? tree.ReferencedBy : tree.NotSynchronizedOn;
        var all = index.List(query.Reference, query.ByDate);
        var start = query.From is { } from ? FirstFrom(all, from) : 0;
        var page = all.Skip(start + query.Skip).Take(Math.Min(query.Limit, MaximumPage)).ToList();
        var end = start + query.Skip + page.Count;
        var next = end < all.Count && page.Count > 0 ? all[end].Position : null;
        if (query.IdsOnly)
        {
            return new(
                all.Count,
                [.. page.Select(item => new FileEntry(
                    item.Node.Id, "", item.Node.IsDirectory, FileTree.PathOf(item.Node), ReadOnlyMemory<byte>.Empty))],
                next);
        }

        var found = await ReadManyAsync(tree, [.. page.Select(item => item.Node)]);
        var entries = new List<FileEntry>();
        var bytes = 0;
        foreach (var (position, node) in page)
        {
            if (found.GetValueOrDefault(node) is not { } entry)
                continue;
            bytes += entry.Members.Length;
            if (bytes > MaximumPageBytes && entries.Count > 0)
                return new(all.Count, entries, position);
            entries.Add(entry);
        }

        return new(all.Count, entries, next);
    }

    private static int FirstFrom(IReadOnlyList<(ReferencedPosition Position, FileNode Node)> all, ReferencedPosition from)
    {
        int low = 0, high = all.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ReferenceIndex.Compare(all[middle].Position, from) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
