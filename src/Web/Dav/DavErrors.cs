using Cozy.Web.Errors;

namespace Cozy.Web.Dav;

/// <summary>The failures of WebDAV that have a name there, and the statuses its clients know others by.</summary>
internal static class DavErrors
{
    /// <summary>401: asks for a name and a password.</summary>
    public static readonly ApiError Unauthenticated =
        ApiError.Http(401, "A token or an app password is needed.") with { Challenge = "Basic realm=\"Cozy\", charset=\"UTF-8\"" };

    /// <summary>423: a lock whose token was not sent is in the way.</summary>
    public static ApiException Locked(string href) =>
        new(new ApiError(423, "lock-token-submitted", "It is locked.", ErrorStyle.Dav) { Source = href });

    /// <summary>423: another lock excludes the one that was asked for.</summary>
    public static ApiException LockConflict(string href) =>
        new(new ApiError(423, "no-conflicting-lock", "It is locked.", ErrorStyle.Dav) { Source = href });

    /// <summary>403: listings of a whole tree are not served.</summary>
    public static ApiException FiniteDepth() =>
        new(new ApiError(403, "propfind-finite-depth", "Ask for each folder with Depth 0 or 1.", ErrorStyle.Dav));

    /// <summary>409: the token ends no lock here.</summary>
    public static ApiException TokenMismatch() =>
        new(new ApiError(409, "lock-token-matches-request-uri", "There is no such lock here.", ErrorStyle.Dav));

    /// <summary>404.</summary>
    public static ApiException NotFound() => new(ApiError.Api(404, "file does not exist"));

    /// <summary>409: the folder it is to be in does not exist.</summary>
    public static ApiException NoParent() => new(ApiError.Api(409, "The folder it is to be in does not exist."));

    /// <summary>405: what is there cannot do that.</summary>
    public static ApiException NotAllowed(string detail) => new(ApiError.Api(405, detail));

    /// <summary>412: a condition of the request does not hold.</summary>
    public static ApiException PreconditionFailed(string detail) => new(ApiError.Api(412, detail));
}
