using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Testing;

namespace Cozy.Cluster.Tests.Files;

/// <summary>
/// Works at random in a folder of its own, beside others who work in theirs, and knows what should be there. When the
/// connection breaks in the middle of a change, both what was before and what is to be after are right.
/// </summary>
internal sealed class FileModelClient(CozyClient client, string folder, int seed)
{
    private readonly Random _random = new(seed);
    private string _root = "";
    private int _names;

    /// <summary>What is there for certain, or was before the change under way.</summary>
    public FileModel Model { get; private set; } = FileModel.Empty;

    /// <summary>What is there if the change under way happened; null when none is.</summary>
    public FileModel? Pending { get; private set; }

    /// <summary>How many changes succeeded.</summary>
    public int Changes { get; private set; }

    public async Task PrepareAsync() =>
        _root = Id(await client.JsonAsync(HttpMethod.Post, $"/files/?Type=directory&Name={folder}"));

    /// <summary>Makes one change.</summary>
    public Task StepAsync() => _random.Next(12) switch
    {
        0 => MakeFolderAsync(),
        1 or 2 or 3 => UploadAsync(),
        4 => OverwriteAsync(),
        5 => MoveAsync(),
        6 => RenameAsync(),
        7 => TrashAsync(),
        8 => RestoreAsync(),
        9 => CopyAsync(),
        10 => RevertAsync(),
        _ => DestroyAsync(),
    };

    /// <summary>Finds out which of the two pictures the server has; fails when it is neither.</summary>
    public async Task SettleAsync()
    {
        var seen = await ReadAsync();
        var trashed = await ReadTrashAsync();
        bool Matches(FileModel model) => FileModelClient.Matches(seen, model) && trashed.SetEquals(model.Trash.Keys);

        if (Pending is { } pending)
        {
            // Ids of what was being made are the server's to choose.
            if (Matches(pending) && !Matches(Model))
                Model = Adopt(pending, seen);
            Pending = null;
        }

        if (!Matches(Model))
            throw new InvalidOperationException($"The server has\n{Text(seen)}\nbut should have\n{Model.Describe()}, or the trash differs");
    }

    /// <summary>Downloads every file and compares its content.</summary>
    public async Task CheckContentsAsync()
    {
        foreach (var node in Model.Tree.Values.Where(node => !node.IsFolder))
        {
            var content = Encoding.ASCII.GetString(await client.DownloadAsync(node.Id));
            if (content != node.Content)
                throw new InvalidOperationException($"{node.Id} is not what was uploaded");
        }
    }

    private Task MakeFolderAsync()
    {
        var (path, parent) = NewPlace();
        return ChangeAsync(
            Model.With(path, new ModelNode("?", null, null)),
            () => client.JsonAsync(HttpMethod.Post, $"/files/{parent}?Type=directory&Name={NameOf(path)}"),
            (after, answer) => after.With(path, new ModelNode(Id(answer), null, null)));
    }

    private Task UploadAsync()
    {
        var (path, parent) = NewPlace();
        var content = Content();
        return ChangeAsync(
            Model.With(path, new ModelNode("?", content, null)),
            () => SendAsync(HttpMethod.Post, $"/files/{parent}?Type=file&Name={NameOf(path)}", content),
            (after, answer) => after.With(path, new ModelNode(Id(answer), content, null)));
    }

    private Task OverwriteAsync()
    {
        if (Pick(Model.Tree.Where(pair => !pair.Value.IsFolder)) is not { Key: { } path, Value: var node })
            return Task.CompletedTask;
        var content = Content();

        // Only the first content becomes a version: the others come too soon after it. The same content makes none.
        var first = node.FirstContent ?? (content == node.Content ? null : node.Content);
        var after = Model.With(path, node with { Content = content, FirstContent = first });
        return ChangeAsync(after, () => SendAsync(HttpMethod.Put, $"/files/{node.Id}", content), (model, _) => model);
    }

    private Task CopyAsync()
    {
        if (Pick(Model.Tree.Where(pair => !pair.Value.IsFolder)) is not { Value: var node })
            return Task.CompletedTask;
        var (path, parent) = NewPlace();
        return ChangeAsync(
            Model.With(path, new ModelNode("?", node.Content, null)),
            () => client.JsonAsync(HttpMethod.Post, $"/files/{node.Id}/copy?DirID={parent}&Name={NameOf(path)}"),
            (after, answer) => after.With(path, new ModelNode(Id(answer), node.Content, null)));
    }

    /// <summary>Swaps the content with the former one.</summary>
    private async Task RevertAsync()
    {
        if (Pick(Model.Tree.Where(pair => pair.Value.FirstContent is not null)) is not { Key: { } path, Value: var node })
            return;
        var file = await client.JsonAsync(HttpMethod.Get, $"/files/{node.Id}");
        var size = node.FirstContent!.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var version = file.GetProperty("included").EnumerateArray()
            .First(version => version.GetProperty("attributes").GetProperty("size").GetString() == size).GetProperty("id");
        await ChangeAsync(
            Model.With(path, node with { Content = node.FirstContent, FirstContent = node.Content }),
            () => client.JsonAsync(HttpMethod.Post, $"/files/revert/{version.GetString()}"),
            (after, _) => after);
    }

    private Task MoveAsync()
    {
        if (Pick(Model.Tree) is not { Key: { } path, Value: var node })
            return Task.CompletedTask;
        var (parent, parentId) = Folder();
        if (FileModel.IsAtOrBelow(parent, path) || parent == ParentOf(path))
            return Task.CompletedTask;
        return PatchAsync(path, $"{parent}/{NameOf(path)}", node.Id, $"\"dir_id\":\"{parentId}\"");
    }

    private Task RenameAsync() => Pick(Model.Tree) is { Key: { } path, Value: var node }
        ? PatchAsync(path, $"{ParentOf(path)}/n{++_names}", node.Id, $"\"name\":\"n{_names}\"")
        : Task.CompletedTask;

    private Task PatchAsync(string from, string to, string id, string attributes) => ChangeAsync(
        Model.Moved(from, to),
        () => client.JsonAsync(HttpMethod.Patch, $"/files/{id}", "{\"data\":{\"attributes\":{" + attributes + "}}}"),
        (after, _) => after);

    private Task TrashAsync() => Pick(Model.Tree) is { Key: { } path, Value: var node }
        ? ChangeAsync(Model.Trashed(path), () => client.JsonAsync(HttpMethod.Delete, $"/files/{node.Id}"), (after, _) => after)
        : Task.CompletedTask;

    /// <summary>To where it was, when that folder still is where it was: then its place is known beforehand.</summary>
    private Task RestoreAsync()
    {
        if (Pick(Model.Trash) is not { Key: { } id, Value: var tree })
            return Task.CompletedTask;
        var path = tree.Single(pair => pair.Value.Id == id).Key;
        if (ParentOf(path) is { Length: > 0 } parent && (!Model.Tree.TryGetValue(parent, out var known) || !known.IsFolder))
            return DestroyAsync(id);
        return ChangeAsync(
            Model.Restored(id, path), () => client.JsonAsync(HttpMethod.Post, $"/files/trash/{id}"), (after, _) => after);
    }

    private Task DestroyAsync() =>
        Pick(Model.Trash) is { Key: { } id } ? DestroyAsync(id) : Task.CompletedTask;

    private Task DestroyAsync(string id) => ChangeAsync(
        Model.Destroyed(id),
        async () =>
        {
            using var answer = await client.SendAsync(HttpMethod.Delete, $"/files/trash/{id}");
            return answer.StatusCode == HttpStatusCode.NoContent
                ? default
                : throw new HttpRequestException($"destroy answered {(int)answer.StatusCode}", null, answer.StatusCode);
        },
        (after, _) => after);

    private async Task ChangeAsync(FileModel after, Func<Task<JsonElement>> change, Func<FileModel, JsonElement, FileModel> complete)
    {
        Pending = after;
        var answer = await change();
        Model = complete(after, answer);
        Pending = null;
        Changes++;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string content)
    {
        var bytes = Encoding.ASCII.GetBytes(content);
        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentMD5 = MD5.HashData(bytes);
        using var answer = await client.SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new HttpRequestException($"{(int)answer.StatusCode}: {text}", null, answer.StatusCode);
    }

    private async Task<Dictionary<string, (string Id, long? Size)>> ReadAsync()
    {
        var seen = new Dictionary<string, (string, long?)>();
        var waiting = new Queue<(string Id, string Path)>([(_root, "")]);
        while (waiting.TryDequeue(out var next))
        {
            var listed = await client.JsonAsync(HttpMethod.Get, $"/files/{next.Id}?page[limit]=10000");
            foreach (var child in listed.TryGetProperty("included", out var children) ? children.EnumerateArray() : default)
            {
                var attributes = child.GetProperty("attributes");
                var path = $"{next.Path}/{attributes.GetProperty("name").GetString()}";
                var id = child.GetProperty("id").GetString()!;
                var isFolder = attributes.GetProperty("type").GetString() == "directory";
                seen[path] = (id, isFolder ? null : long.Parse(
                    attributes.GetProperty("size").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
                if (isFolder)
                    waiting.Enqueue((id, path));
            }
        }

        return seen;
    }

    /// <summary>Which of what this client ever put into the trash is there. Others have theirs beside it.</summary>
    private async Task<HashSet<string>> ReadTrashAsync()
    {
        var own = Model.Trash.Keys.Concat(Pending?.Trash.Keys ?? []).ToHashSet();
        var listed = await client.JsonAsync(HttpMethod.Get, "/files/trash?page[limit]=10000");
        return listed.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!).Where(own.Contains).ToHashSet();
    }

    private static bool Matches(Dictionary<string, (string Id, long? Size)> seen, FileModel model) =>
        seen.Count == model.Tree.Count && model.Tree.All(pair =>
            seen.TryGetValue(pair.Key, out var found) && found.Size == pair.Value.Content?.Length
            && (pair.Value.Id == "?" || found.Id == pair.Value.Id));

    private static FileModel Adopt(FileModel model, Dictionary<string, (string Id, long? Size)> seen) => model with
    {
        Tree = model.Tree.ToDictionary(pair => pair.Key, pair => pair.Value with { Id = seen[pair.Key].Id }),
    };

    private static string Text(Dictionary<string, (string Id, long? Size)> seen) => string.Join(
        '\n', seen.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value.Id} {pair.Value.Size}"));

    private (string Path, string ParentId) NewPlace()
    {
        var (path, id) = Folder();
        return ($"{path}/n{++_names}", id);
    }

    private (string Path, string Id) Folder() => Pick(Model.Tree.Where(pair => pair.Value.IsFolder)) is { Key: { } path, Value: var node }
        && _random.Next(4) > 0
            ? (path, node.Id)
            : ("", _root);

    private KeyValuePair<string, T>? Pick<T>(IEnumerable<KeyValuePair<string, T>> from)
    {
        var all = from.ToList();
        return all.Count == 0 ? null : all[_random.Next(all.Count)];
    }

    // Different lengths, so that a listing shows which content a file has.
    private string Content() => new((char)_random.Next('a', 'z'), _random.Next(1, 20_000));

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string ParentOf(string path) => path[..path.LastIndexOf('/')];

    private static string Id(JsonElement answer) => answer.GetProperty("data").GetProperty("id").GetString()!;
}
