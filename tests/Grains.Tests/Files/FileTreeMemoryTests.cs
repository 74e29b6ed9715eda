using System.Globalization;
using Cozy.Grains.Files;
using Xunit;

namespace Cozy.Grains.Tests.Files;

/// <summary>What a tree takes in memory: <c>Files:Tree:MaxEntries</c> times this bounds an instance's share.</summary>
public sealed class FileTreeMemoryTests
{
    private const int Folders = 1000;
    private const int FilesInFolder = 100;

    // 64 bytes of node, 80 of name, and two places in hash tables, with what those left behind while they grew.
    private const long MostBytesEach = 420;

    [Fact]
    public void A_hundred_thousand_files_take_some_forty_megabytes()
    {
        var keys = new Queue<FileKey>(Enumerable.Range(0, Folders * (FilesInFolder + 1)).Select(_ => NewKey()));

        // What this thread takes, garbage included: other tests run beside it.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tree = Build(keys);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1 + Folders + (Folders * FilesInFolder), tree.Count);
        Assert.InRange(taken, 1, MostBytesEach * tree.Count);
        TestContext.Current.AddAttachment("bytes for each file", (taken / tree.Count).ToString(CultureInfo.InvariantCulture));
    }

    private static FileTree Build(Queue<FileKey> keys)
    {
        var tree = new FileTree();
        var root = new FolderNode(FileKey.Root, "");
        tree.Add(root, null);
        for (var i = 0; i < Folders; i++)
        {
            var folder = new FolderNode(keys.Dequeue(), $"folder{i}");
            tree.Add(folder, root);
            for (var j = 0; j < FilesInFolder; j++)
                tree.Add(new FileNode(keys.Dequeue(), $"A photo of the year {j}.jpg", j), folder);
        }

        return tree;
    }

    private static FileKey NewKey() => new(Guid.CreateVersion7().ToString("N"));
}
