using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files.Archives;

/// <summary>Several files and folders in one download.</summary>
internal sealed class ArchiveEndpoints(FileTrees trees, FileTickets tickets, ArchiveWriter writer, IOptions<WebOptions> options)
{
    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files/archive");
        files.MapPost("/", (RequestDelegate)PrepareAsync).Requires(Verbs.Get, Target.File);
        files.MapGet("/{secret}/{name}", (RequestDelegate)SendAsync)
            .Public("the secret in the address was given to somebody who may see the files, and works for ten minutes");
    }

    /// <summary>Answers with the address of the archive, or (to who accepts only that) with the archive itself.</summary>
    private async Task PrepareAsync(HttpContext context)
    {
        var request = ArchiveRequest.From(await FileBody.ReadAttributesAsync(context, _options), _options.MaxArchivePages);
        var contents = await FindAsync(context, request);
        foreach (var entry in contents.Entries.Concat(contents.Pages.Select(page => page.File)))
            await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), entry);
        if (context.Request.Headers.Accept == "application/zip")
        {
            await writer.SendAsync(context, request.Name, contents);
            return;
        }

        var secret = await tickets.KeepArchiveAsync(context, ToJson(request));
        await JsonAnswer.WriteAsync(
            context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi, (secret, request), static (json, state) =>
            {
                var self = $"/files/archive/{state.secret}";
                json.WriteStartObject();
                json.WriteStartObject("data");
                json.WriteString("type", "io.cozy.files.archives");
                json.WriteString("id", state.secret);
                json.WriteStartObject("attributes");
                state.request.Write(json);
                json.WriteEndObject();
                json.WriteStartObject("meta");
                json.WriteEndObject();
                json.WriteStartObject("links");
                json.WriteString("self", self);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteStartObject("links");
                json.WriteString("related", $"{self}/{Uri.EscapeDataString(state.request.Name)}.zip");
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }

    private async Task SendAsync(HttpContext context)
    {
        var kept = await tickets.ReadArchiveAsync(context, (string)context.GetRouteValue("secret")!)
            ?? throw ApiException.BadRequest("Wrong download token");
        using var json = JsonDocument.Parse(kept);
        var request = ArchiveRequest.From(json.RootElement, _options.MaxArchivePages);
        await writer.SendAsync(context, request.Name, await FindAsync(context, request));
    }

    /// <summary>All are found before anything is sent.</summary>
    /// <exception cref="ApiException">404: one is not there.</exception>
    private async Task<ArchiveContents> FindAsync(HttpContext context, ArchiveRequest request)
    {
        var entries = new List<FileEntry>();
        foreach (var id in request.Ids)
            entries.Add(await trees.GetAsync(context, id));
        foreach (var path in request.Paths)
            entries.Add(await trees.Of(context).FindByPathAsync(path) ?? throw FileTrees.NotFound());
        var pages = new List<ArchivePage>();
        foreach (var (id, number) in request.Pages)
        {
            var file = await trees.GetAsync(context, id);
            if (file.IsDirectory)
                throw FileTrees.NotFound();
            if (number > 0)
                pages.Add(new ArchivePage(file, number));
            else
                entries.Add(file);
        }

        return new ArchiveContents(entries, pages);
    }

    private static byte[] ToJson(ArchiveRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            request.Write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
