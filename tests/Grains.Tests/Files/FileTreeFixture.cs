using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Grains.Tests.Files;

/// <summary>An instance's tree, and the front end's part in uploads.</summary>
internal sealed class FileTreeFixture(TestSilo silo, Instance instance)
{
    public IFileTreeGrain Tree { get; } = silo.Of<IFileTreeGrain>(instance);

    public Instance Instance { get; } = instance;

    public static async Task<FileTreeFixture> CreateAsync(TestSilo silo, Func<NewInstance, NewInstance>? change = null) =>
        new(silo, await silo.CreateInstanceAsync(change));

    public async Task<FileEntry> FolderAsync(string name, string? parentId = null) =>
        await Tree.CreateDirectoryAsync(new NewDirectory { Name = name, ParentId = parentId ?? WellKnownFiles.RootId });

    public async Task<FileEntry> UploadAsync(string name, string text, string? parentId = null)
    {
        var request = new NewFile { Name = name, ParentId = parentId ?? WellKnownFiles.RootId };
        var grant = await Tree.PrepareUploadAsync(request);
        return await Tree.CommitUploadAsync(grant, request, await StoreAsync(grant, text));
    }

    public async Task<FileEntry> OverwriteAsync(string fileId, string text, Func<NewContent, NewContent>? change = null)
    {
        var request = new NewContent { FileId = fileId };
        request = change?.Invoke(request) ?? request;
        var grant = await Tree.PrepareOverwriteAsync(request);
        return await Tree.CommitOverwriteAsync(grant, request, await StoreAsync(grant, text));
    }

    public async Task<UploadedContent> StoreAsync(UploadGrant grant, string text)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bytes = Encoding.UTF8.GetBytes(text);
        var md5 = MD5.HashData(bytes);
        await using var upload = await silo.Blobs.BeginUploadAsync(Key(grant.FileId, grant.VersionId), bytes.Length, cancellationToken);
        await upload.WriteAsync(bytes, cancellationToken);
        await upload.CompleteAsync(new BlobDigest(bytes.Length, md5), cancellationToken);
        return new UploadedContent(bytes.Length, md5);
    }

    public Task<FileEntry> TrashAsync(string id) => Tree.TrashAsync(Target(id));

    public Task<FileEntry> RestoreAsync(string id) => Tree.RestoreAsync(Target(id));

    public Task DestroyAsync(string id) => Tree.DestroyAsync(Target(id));

    public Task<FileEntry> MoveAsync(string id, string? parentId, string? name = null) =>
        Tree.PatchAsync(new FilePatch { Id = id, ParentId = parentId, Name = name });

    public async Task<string?> ContentAsync(FileEntry file) => await ContentAsync(file.Id, FileDocument.VersionId(file.Members));

    public async Task<string?> ContentAsync(string fileId, string versionId)
    {
        await using var content = await silo.Blobs.OpenAsync(
            Key(fileId, versionId), null, TestContext.Current.CancellationToken);
        if (content is null)
            return null;
        using var reader = new StreamReader(content.Stream ?? File.OpenRead(content.LocalPath!));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<string>> NamesAsync(string folderId) =>
        [.. (await Tree.ListChildrenAsync(new ChildrenQuery(folderId, 500))).Entries.Select(Name)];

    public static string Name(FileEntry entry) => FileDocument.Text(entry.Members, "name")!;

    /// <summary>The path in the document itself.</summary>
    public static string? StoredPath(FileEntry entry) => FileDocument.Text(entry.Members, "path");

    public static bool IsTrashed(FileEntry entry) =>
        MemberChanges.Find(entry.Members, "trashed") is { } value && value.Span.SequenceEqual("true"u8);

    private BlobKey Key(string fileId, string versionId) => new(Instance.Id, fileId, versionId);

    private static FileTarget Target(string id) => new(id, null, FileAuthor.Server);
}
