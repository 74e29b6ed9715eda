using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Cozy.Web.Errors;

/// <summary>Which of the API's ways of saying no an error takes; the formats of some groups depend on it.</summary>
internal enum ErrorStyle
{
    /// <summary>A refusal by the HTTP layer: no token, forbidden, no such route.</summary>
    Http,

    /// <summary>A problem with what was asked, as JSON:API describes it.</summary>
    Api,

    /// <summary>An answer of the document store, with CouchDB's <c>error</c> and <c>reason</c>.</summary>
    Couch,

    /// <summary>As <see cref="Couch"/> and nothing around it, where the API hands CouchDB's answers through.</summary>
    Proxied,

    /// <summary>A condition of WebDAV that does not hold; the title is its name, the source an address.</summary>
    Dav,
}

/// <summary>An error as a client sees it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">A short name; for <see cref="ErrorStyle.Couch"/> and <see cref="ErrorStyle.Proxied"/> CouchDB's <c>error</c>.</param>
/// <param name="Detail">One sentence; for <see cref="ErrorStyle.Couch"/> CouchDB's <c>reason</c>.</param>
/// <param name="Style">How it is written.</param>
internal sealed record ApiError(int Status, string Title, string Detail, ErrorStyle Style)
{
    /// <summary>The parameter, or (with a leading slash) the JSON pointer, that is wrong.</summary>
    public string? Source { get; init; }

    /// <summary>A stable short word, where the API has one.</summary>
    public string? Code { get; init; }

    /// <summary>The <c>WWW-Authenticate</c> header, if one belongs to it.</summary>
    public string? Challenge { get; init; }

    /// <summary>After how many seconds to try again, if that makes sense.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The page to log in, for a person to whom logging in would help.</summary>
    public string? LoginPage { get; init; }

    /// <summary>The status as text, which is how the API writes it.</summary>
    public string StatusText => Status.ToString(CultureInfo.InvariantCulture);

    /// <summary>A refusal by the HTTP layer.</summary>
    public static ApiError Http(int status, string? detail = null)
    {
        var title = ReasonPhrases.GetReasonPhrase(status);
        return new(status, title, detail ?? title, ErrorStyle.Http);
    }

    /// <summary>A problem with what was asked.</summary>
    public static ApiError Api(int status, string detail, string? source = null) =>
        new(status, TitleOf(status, source), detail, ErrorStyle.Api) { Source = source };

    /// <summary>An answer of the document store.</summary>
    public static ApiError Couch(int status, string error, string reason) => new(status, error, reason, ErrorStyle.Couch);

    /// <summary>An answer of the document store, as CouchDB itself gives it.</summary>
    public static ApiError Proxied(int status, string error, string reason) => new(status, error, reason, ErrorStyle.Proxied);

    private static string TitleOf(int status, string? source) => status switch
    {
        413 => "Request Entity Too Large",
        422 => source is ['/', ..] ? "Invalid Attribute" : "Invalid Parameter",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };
}

/// <summary>Ends a request with an error.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Detail)
{
    /// <summary>What to answer.</summary>
    public ApiError Error { get; } = error;

    /// <summary>400.</summary>
    public static ApiException BadRequest(string detail) => new(ApiError.Api(400, detail));

    /// <summary>422: the value of a parameter is not acceptable.</summary>
    public static ApiException Invalid(string source, string detail) => new(ApiError.Api(422, detail, source));

    /// <summary>404 for a route that does not exist.</summary>
    public static ApiException NoRoute() => new(ApiError.Http(404));

    /// <summary>403.</summary>
    public static ApiException Forbidden(string? detail = null) => new(ApiError.Http(403, detail));
}
