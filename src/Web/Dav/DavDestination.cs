using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Dav;

/// <summary>Where COPY and MOVE put something, from the headers <c>Destination</c> and <c>Overwrite</c>.</summary>
/// <param name="Path">The path.</param>
/// <param name="MayOverwrite">Whether what is there already may be replaced.</param>
internal sealed record DavDestination(string Path, bool MayOverwrite)
{
    /// <summary>Reads the headers.</summary>
    /// <exception cref="ApiException">400: missing or malformed; 502: not on this server.</exception>
    public static DavDestination Read(HttpContext context)
    {
        var address = context.Request.Headers["Destination"].ToString();
        if (address.Length == 0)
            throw ApiException.BadRequest("the Destination header is missing");
        var path = DavPath.FromAddress(context, address)
            ?? throw new ApiException(ApiError.Api(StatusCodes.Status502BadGateway, "The destination is not here."));
        return context.Request.Headers["Overwrite"].ToString() switch
        {
            "" or "T" or "t" => new(path, true),
            "F" or "f" => new(path, false),
            _ => throw ApiException.BadRequest("the Overwrite header is malformed"),
        };
    }

    /// <summary>Fails when something cannot be put there, whoever asks.</summary>
    /// <param name="source">The path of what is put there.</param>
    /// <param name="entry">What it is.</param>
    /// <param name="existing">What is at the destination.</param>
    /// <exception cref="ApiException">403, 412.</exception>
    public void Check(string source, FileEntry entry, FileEntry? existing)
    {
        if (source == "/" || Path == "/" || Path == source)
            throw ApiException.Forbidden("The source and the destination cannot be the same, nor the root.");
        if (entry.IsDirectory && Grains.Dav.DavLock.IsBelow(Path, source))
            throw ApiException.Forbidden("A folder cannot be put into itself.");
        if (existing is not null && Grains.Dav.DavLock.IsBelow(source, Path))
            throw ApiException.Forbidden("The destination contains the source.");
        if (existing is not null && !MayOverwrite)
            throw DavErrors.PreconditionFailed("Something is at the destination.");
    }
}
