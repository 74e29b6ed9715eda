using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Errors;

/// <summary>How a group of routes writes its errors.</summary>
internal enum ErrorFormat
{
    /// <summary><c>{"errors":[…]}</c>, and what the client accepts for refusals by the HTTP layer.</summary>
    JsonApi,

    /// <summary>CouchDB's <c>error</c> and <c>reason</c>: the <c>/data</c> group.</summary>
    Couch,

    /// <summary><c>{"error":…}</c>, or a page for browsers.</summary>
    Plain,

    /// <summary>WebDAV's XML: the <c>/dav</c> group.</summary>
    Dav,
}

/// <summary>Finds the format of a request by the beginning of its path, which also works where no route matched.</summary>
internal static class ErrorFormats
{
    private static readonly PathString Data = new("/data");
    private static readonly PathString Dav = new("/dav");
    private static readonly string[] PlainGroups = ["/auth", "/oidc", "/public", "/.well-known", "/status", "/version", "/bitwarden"];

    /// <summary>The format of the errors of this request.</summary>
    public static ErrorFormat Of(HttpRequest request)
    {
        if (request.Path.StartsWithSegments(Data))
            return ErrorFormat.Couch;
        if (request.Path.StartsWithSegments(Dav))
            return ErrorFormat.Dav;

        var path = request.Path.Value ?? "/";
        return path == "/" || PlainGroups.Any(group => request.Path.StartsWithSegments(group))
            ? ErrorFormat.Plain
            : ErrorFormat.JsonApi;
    }

    /// <summary>Whether the client takes JSON.</summary>
    public static bool AcceptsJson(HttpRequest request) => Accepts(request, "application/json");

    /// <summary>Whether the client takes a page.</summary>
    public static bool AcceptsHtml(HttpRequest request) => Accepts(request, "text/html");

    private static bool Accepts(HttpRequest request, string type)
    {
        foreach (var value in request.Headers.Accept)
        {
            if (value?.Contains(type, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }

        return false;
    }
}
