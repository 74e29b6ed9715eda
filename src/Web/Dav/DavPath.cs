using System.Text;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cozy.Web.Dav;

/// <summary>Paths of the tree as addresses below <c>/dav/files</c>, and back.</summary>
internal static class DavPath
{
    /// <summary>Where the tree begins.</summary>
    public const string Root = "/dav/files";

    private const int RootSegments = 2;
    private const string Trash = "/.cozy_trash";

    /// <summary>The path in the tree that a request is for.</summary>
    /// <exception cref="ApiException">400: malformed; 404: the trash, which is not shown here.</exception>
    public static string Of(HttpContext context) =>
        FromTarget(context.Features.Get<IHttpRequestFeature>()!.RawTarget) ?? throw ApiException.NoRoute();

    /// <summary>The path in the tree that an address in a header names; null when it is none of this tree.</summary>
    /// <param name="context">The request, whose host counts as ours.</param>
    /// <param name="address">An absolute URI, or an absolute path with its escapes.</param>
    /// <exception cref="ApiException">400: malformed; 404: the trash.</exception>
    public static string? FromAddress(HttpContext context, string address)
    {
        if (address is ['/', ..])
            return FromTarget(address);

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && IsHost(HostOf(address), context.Request.Host, uri.Scheme)
            ? FromTarget(address)
            : null;
    }

    /// <summary>The address of a path, escaped; that of a folder ends with a slash.</summary>
    public static string Href(string path, bool isDirectory)
    {
        var href = new StringBuilder(Root);
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            href.Append('/').Append(Uri.EscapeDataString(name));
        if (isDirectory)
            href.Append('/');
        return href.ToString();
    }

    /// <summary>The path of something in a folder.</summary>
    public static string Child(string folder, string name) => folder == "/" ? "/" + name : $"{folder}/{name}";

    /// <summary>The last name of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    // Either may name the port that its scheme has anyway. The scheme is the client's: a proxy may have ended TLS.
    private static bool IsHost(string written, HostString host, string scheme)
    {
        var known = HostString.FromUriComponent(written);
        var usual = scheme == "https" ? 443 : 80;
        return string.Equals(known.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && (known.Port ?? usual) == (host.Port ?? usual);
    }

    // What was written in the address, since a parsed one says it otherwise.
    private static string HostOf(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = address.IndexOf('/', start);
        var authority = end < 0 ? address[start..] : address[start..end];
        return authority[(authority.LastIndexOf('@') + 1)..];
    }

    private static string? FromTarget(string target)
    {
        var segments = RawTarget.Segments(target);
        if (segments.Count < RootSegments || segments[0] != "dav" || segments[1] != "files")
            return null;

        var path = new StringBuilder();
        foreach (var name in segments.Skip(RootSegments).Where(name => name.Length > 0))
        {
            if (name is "." or ".." || name.Contains('/', StringComparison.Ordinal))
                throw ApiException.BadRequest("the path is malformed");
            path.Append('/').Append(name);
        }

        if (path.Length == 0)
            return "/";
        var found = path.ToString();
        return found == Trash || found.StartsWith(Trash + "/", StringComparison.Ordinal)
            ? throw new ApiException(ApiError.Api(StatusCodes.Status404NotFound, "file does not exist"))
            : found;
    }
}
