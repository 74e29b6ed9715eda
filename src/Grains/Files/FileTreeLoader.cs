using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>Reads an instance's tree from its documents.</summary>
internal sealed class FileTreeLoader(IDocumentStore documents, string instanceId)
{
    private const int PageSize = 1000;

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, WellKnownFiles.Doctype);

    /// <summary>The whole tree; empty when the instance has none yet.</summary>
    public async Task<FileTree> LoadAsync()
    {
        var nodes = new List<FileNode>();
        try
        {
            string? after = null;
            do
            {
                var page = await documents.ListAsync(
                    _database,
                    new ListQuery
                    {
                        StartKey = after is null ? null : after + "\0",
                        Limit = PageSize,
                        IncludeDocuments = true,
                    });
                nodes.AddRange(page.Rows
                    .Where(row => !row.Id.StartsWith('_'))
                    .Select(row => FileDocument.ToNode(row.Id, row.Document!.Members))
                    .OfType<FileNode>());
                after = page.Rows.Count < PageSize ? null : page.Rows[^1].Id;
            }
            while (after is not null);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            // A new instance.
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }

        var tree = new FileTree();
        tree.Load(nodes);
        return tree;
    }
}
