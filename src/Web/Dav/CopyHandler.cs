using Cozy.Grains.Dav;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Dav;

/// <summary>
/// <c>COPY</c>. What is at the destination goes to the trash first. A copy of a folder that fails in between leaves what
/// was made until then, and says so with its status.
/// </summary>
internal sealed class CopyHandler(DavTree tree, TreeHandlers moves, FileCopies contents, IOptions<WebOptions> options)
{
    private readonly WebOptions _options = options.Value;

    /// <summary>Copies a file, a folder with all it holds, or with <c>Depth: 0</c> the folder alone.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        var destination = DavDestination.Read(context);
        var isDeep = context.Request.Headers["Depth"].ToString() switch
        {
            "0" => false,
            "" or "infinity" or "Infinity" => true,
            _ => throw ApiException.BadRequest("a copy has the depth 0 or infinity"),
        };
        var entry = await tree.GetAsync(context, path, Verbs.Get);
        var (parent, existing) = await moves.PrepareAsync(context, path, entry, destination);
        var plan = isDeep && entry.IsDirectory ? await ListAsync(context, entry) : [];
        if (existing is not null)
            await moves.TrashAsync(context, destination.Path, existing);

        var name = DavPath.NameOf(destination.Path);
        var made = await CopyOneAsync(context, entry, parent.Id, name);
        var copies = new Dictionary<string, string>(StringComparer.Ordinal) { [entry.Id] = made.Id };
        foreach (var item in plan)
        {
            var (parentId, itemName) = (JsonMembers.Text(item.Members, "dir_id")!, JsonMembers.Text(item.Members, "name")!);
            copies[item.Id] = (await CopyOneAsync(context, item, copies[parentId], itemName)).Id;
        }

        context.Response.StatusCode = existing is null ? StatusCodes.Status201Created : StatusCodes.Status204NoContent;
    }

    /// <summary>What is below a folder, parents first, listed before anything is made: a copy cannot meet itself.</summary>
    private async Task<List<FileEntry>> ListAsync(HttpContext context, FileEntry folder)
    {
        var found = new List<FileEntry>();
        var folders = new Queue<FileEntry>([folder]);
        while (folders.TryDequeue(out var next))
        {
            await foreach (var child in FolderContents.ReadAllAsync(tree.Of(context), next.Id))
            {
                found.Add(child);
                if (child.IsDirectory)
                    folders.Enqueue(child);
                if (found.Count > _options.Dav.MaxCopyEntries)
                    throw new ApiException(ApiError.Api(StatusCodes.Status507InsufficientStorage, "The folder holds too much to be copied at once."));
            }
        }

        return found;
    }

    private async Task<FileEntry> CopyOneAsync(HttpContext context, FileEntry entry, string parentId, string name)
    {
        var author = FileAuthors.From(context, _options);
        var copy = entry.IsDirectory
            ? await tree.Of(context).CreateDirectoryAsync(new NewDirectory { ParentId = parentId, Name = name, Author = author })
            : await contents.CopyAsync(
                context, entry, new NewFile { ParentId = parentId, Name = name, MimeType = StoredFile.From(entry).MediaType });
        var properties = tree.PropertiesOf(context);
        if (await properties.FindAsync([entry.Id]) is [var dead])
        {
            var changes = dead.Properties.Select(known => new DavPropertyChange(known.Namespace, known.Name, known.Xml)).ToList();
            await GrainCalls.RetryOnceAsync((properties, copy.Id, changes), async (call, _) =>
            {
                await call.properties.ChangeAsync(call.Id, call.changes, int.MaxValue);
                return true;
            });
        }

        return copy;
    }
}
