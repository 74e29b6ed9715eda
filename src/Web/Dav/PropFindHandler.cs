using Cozy.Grains.Dav;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Dav;

/// <summary><c>PROPFIND</c>: the properties of a file or folder, and with <c>Depth: 1</c> of what is in the folder.</summary>
internal sealed class PropFindHandler(DavTree tree, IOptions<WebOptions> options)
{
    /// <summary>Answers 207.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        var withChildren = ReadDepth(context.Request);
        var request = PropFindRequest.Read(await DavXml.ReadAsync(context, options.Value.Dav.MaxXmlBytes));
        var entry = await tree.GetAsync(context, path, Verbs.Get);

        var locks = await tree.LocksOf(context).FindAsync(path, below: withChildren);
        var usage = request.WantsUsage ? await tree.Of(context).GetDiskUsageAsync() : null;
        await using var answer = new MultiStatus(context.Response);
        await WriteAsync(context, answer, request, [new DavResource(entry, path) { Usage = usage }], locks);
        if (withChildren && entry.IsDirectory)
            await WriteChildrenAsync(context, answer, request, entry, path, locks);
        await answer.CompleteAsync();
    }

    private static bool ReadDepth(HttpRequest request) => request.Headers["Depth"].ToString() switch
    {
        "0" => false,
        "1" => true,
        "" => throw DavErrors.FiniteDepth(),
        var depth when depth.Equals("infinity", StringComparison.OrdinalIgnoreCase) => throw DavErrors.FiniteDepth(),
        _ => throw ApiException.BadRequest("the Depth header is malformed"),
    };

    private async Task WriteChildrenAsync(
        HttpContext context, MultiStatus answer, PropFindRequest request, FileEntry folder, string path,
        IReadOnlyList<DavLock> locks)
    {
        var query = new ChildrenQuery(folder.Id, int.MaxValue);
        while (true)
        {
            var page = await tree.Of(context).ListChildrenAsync(query);
            await WriteAsync(
                context,
                answer,
                request,
                [.. page.Entries.Select(child => new DavResource(child, DavPath.Child(path, JsonMembers.Text(child.Members, "name") ?? "")))],
                locks);
            if (page.Next is null)
                return;
            query = query with { From = page.Next };
        }
    }

    private async Task WriteAsync(
        HttpContext context, MultiStatus answer, PropFindRequest request, IReadOnlyList<DavResource> resources,
        IReadOnlyList<DavLock> locks)
    {
        var dead = new Dictionary<string, IReadOnlyList<DavProperty>>(StringComparer.Ordinal);
        if (request.WantsDead)
        {
            foreach (var found in await tree.PropertiesOf(context).FindAsync([.. resources.Select(resource => resource.Entry.Id)]))
                dead[found.FileId] = found.Properties;
        }

        foreach (var resource in resources)
        {
            var complete = resource with
            {
                Dead = dead.GetValueOrDefault(resource.Entry.Id, []),
                Locks = [.. locks.Where(held => held.Covers(resource.Path))],
            };
            answer.WriteProperties(complete, request.NamesFor(complete), request.WithValues);
        }

        await answer.FlushAsync();
    }
}
