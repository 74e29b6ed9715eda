using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Cozy.Grains.Dav;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using FileAccess = Cozy.Web.Files.FileAccess;

namespace Cozy.Web.Dav;

/// <summary><c>LOCK</c> and <c>UNLOCK</c>. Locking a name that nothing has makes an empty file.</summary>
internal sealed class LockHandler(
    DavTree tree, DavConditions conditions, DavUploads uploads, IOptions<WebOptions> options)
{
    private readonly DavOptions _options = options.Value.Dav;

    /// <summary>Grants a lock, or without a body starts the time of one anew.</summary>
    public async Task LockAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        var body = await DavXml.ReadAsync(context, _options.MaxXmlBytes);
        var entry = await tree.FindAsync(context, path);
        if (entry is not null)
            await FileAccess.RequireAsync(context.Caller(), Verbs.Put, tree.Of(context), entry);
        if (body is null)
            await WriteAsync(context, StatusCodes.Status200OK, await RefreshAsync(context, path));
        else
            await GrantAsync(context, path, body, entry);
    }

    /// <summary>Ends a lock.</summary>
    public async Task UnlockAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        await tree.GetAsync(context, path, Verbs.Put);
        if (context.Request.Headers["Lock-Token"].ToString() is not ['<', .. var token, '>'])
            throw ApiException.BadRequest("the Lock-Token header is missing or malformed");
        if (!await tree.LocksOf(context).UnlockAsync(path, token))
            throw DavErrors.TokenMismatch();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task GrantAsync(HttpContext context, string path, XElement body, FileEntry? entry)
    {
        var request = Read(context.Request, path, body);
        if (entry is null)
            await tree.GetParentAsync(context, path);

        // It makes a file in the folder, which may be locked.
        DavChange[] changes = entry is null ? [new DavChange(FilePaths.ParentOf(path))] : [];
        if (changes.Length > 0 || context.Request.Headers.ContainsKey("If"))
            await conditions.RequireAsync(context, changes);

        var locks = tree.LocksOf(context);
        DavLock granted;
        try
        {
            granted = await locks.LockAsync(request);
        }
        catch (CozyException failure) when (failure.Code == "locked")
        {
            throw DavErrors.LockConflict(DavPath.Href(path, isDirectory: false));
        }

        if (entry is null)
            await MakeAsync(context, path, granted);
        context.Response.Headers["Lock-Token"] = $"<{granted.Token}>";
        await WriteAsync(context, entry is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, granted);
    }

    private async Task MakeAsync(HttpContext context, string path, DavLock granted)
    {
        try
        {
            await uploads.CreateEmptyAsync(context, path);
        }
        catch
        {
            await tree.LocksOf(context).UnlockAsync(path, granted.Token);
            throw;
        }
    }

    private async Task<DavLock> RefreshAsync(HttpContext context, string path)
    {
        var header = context.Request.Headers["If"].ToString();
        if (header.Length == 0)
            throw ApiException.BadRequest("a lock is refreshed with its token in the If header");
        var tokens = IfHeader.Parse(header).SelectMany(list => list.Conditions)
            .Where(condition => condition is { IsNegated: false, Token: not null })
            .Select(condition => condition.Token!);
        return await tree.LocksOf(context).RefreshAsync(path, [.. tokens], ReadTimeout(context.Request))
            ?? throw DavErrors.PreconditionFailed("There is no such lock.");
    }

    private DavLockRequest Read(HttpRequest request, string path, XElement body)
    {
        if (body.Name != DavXml.Dav + "lockinfo" || body.Child("locktype")?.Child("write") is null)
            throw ApiException.BadRequest("the body is no lockinfo for a write lock");

        var scope = body.Child("lockscope");
        var isExclusive = scope?.Child("exclusive") is not null;
        if (!isExclusive && scope?.Child("shared") is null)
            throw ApiException.BadRequest("the lock is neither exclusive nor shared");
        var isDeep = request.Headers["Depth"].ToString() switch
        {
            "0" => false,
            "" or "infinity" or "Infinity" => true,
            _ => throw ApiException.BadRequest("a lock has the depth 0 or infinity"),
        };
        return new DavLockRequest(
            $"urn:uuid:{Guid.NewGuid()}", path, isExclusive, isDeep,
            body.Child("owner")?.ToString(SaveOptions.DisableFormatting) ?? "", ReadTimeout(request), _options.MaxLocks);
    }

    private TimeSpan ReadTimeout(HttpRequest request)
    {
        foreach (var wish in request.Headers["Timeout"].ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            if (wish.StartsWith("Second-", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(wish.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds > 0 && seconds < _options.MaxLockTime.TotalSeconds)
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        return _options.MaxLockTime;
    }

    private static async Task WriteAsync(HttpContext context, int status, DavLock held)
    {
        using var body = new MemoryStream();
        using (var xml = XmlWriter.Create(body, MultiStatus.Settings))
        {
            xml.WriteStartElement("D", "prop", DavXml.Dav.NamespaceName);
            xml.WriteStartElement("D", "lockdiscovery", DavXml.Dav.NamespaceName);
            LiveProperties.WriteLocks(xml, [held]);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = DavXml.MediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }
}
