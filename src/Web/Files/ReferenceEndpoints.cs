using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>What a file belongs to, and which clients leave a folder out.</summary>
internal sealed class ReferenceEndpoints(FileTrees trees, IOptions<WebOptions> options)
{
    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var file = routes.MapGroup("/files/{fileId}/relationships");
        Map(file, "/referenced_by", ReferenceKind.ReferencedBy);
        Map(file, "/not_synchronized_on", ReferenceKind.NotSynchronizedOn);
    }

    private void Map(IEndpointRouteBuilder file, string path, ReferenceKind kind)
    {
        var removal = RemovalOf(kind);
        file.MapPost(path, (RequestDelegate)(context => ChangeAsync(context, kind, Verbs.Patch, remove: false))).Requires(Verbs.Patch, Target.File);
        file.MapDelete(path, (RequestDelegate)(context => ChangeAsync(context, kind, removal, remove: true))).Requires(removal, Target.File);
    }

    // To take a reference away is to delete something; to leave a folder out or not is to change it.
    private static Verbs RemovalOf(ReferenceKind kind) => kind == ReferenceKind.ReferencedBy ? Verbs.Delete : Verbs.Patch;

    private async Task ChangeAsync(HttpContext context, ReferenceKind kind, Verbs verb, bool remove)
    {
        var tree = trees.Of(context);
        var entry = await trees.GetAsync(context, (string)context.GetRouteValue("fileId")!);
        await FileAccess.RequireAsync(context.Caller(), verb, tree, entry);
        if (kind == ReferenceKind.NotSynchronizedOn && !entry.IsDirectory)
            throw FileTrees.NotFound();

        var references = FileBody.References(await FileBody.ReadDataAsync(context, _options));
        var changed = await tree.ChangeReferencesAsync(
            new ReferenceChange(entry.Id, kind, references, remove, FileAuthors.From(context, _options)));
        await WriteAsync(context.Response, changed, kind);
    }

    private static Task WriteAsync(HttpResponse response, FileEntry entry, ReferenceKind kind)
    {
        var member = kind == ReferenceKind.ReferencedBy ? "referenced_by" : "not_synchronized_on";
        var json = JsonMembers.Json(entry.Members, member) ?? "[]"u8.ToArray();
        var count = JsonMembers.SelectorValues(entry.Members, member).Count;
        return JsonAnswer.WriteAsync(
            response, StatusCodes.Status200OK, JsonAnswer.JsonApi, (json, count, entry.Revision), static (writer, state) =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("data");
                writer.WriteRawValue(state.json);
                writer.WriteStartObject("meta");
                writer.WriteString("rev", state.Revision);
                writer.WriteNumber("count", state.count);
                writer.WriteEndObject();
                writer.WriteEndObject();
            });
    }
}
