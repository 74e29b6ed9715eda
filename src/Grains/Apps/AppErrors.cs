using Cozy.Grains.Errors;

namespace Cozy.Grains.Apps;

/// <summary>What can be wrong with an app, in the API's words.</summary>
internal static class AppErrors
{
    public static CozyException NotInstalled() => CozyException.NotFound("Application is not installed");

    public static CozyException Exists() => CozyException.Conflict("Application with same slug already exists");

    public static CozyException Busy() => CozyException.Conflict("Application is being installed, updated or removed");

    public static CozyException BadSlug() => CozyException.Invalid("slug", "Invalid slug name");

    public static CozyException BadScheme() => CozyException.Invalid("Source", "Invalid or not supported source scheme");

    public static CozyException BadSource(string why) => CozyException.Invalid("Source", why);

    public static CozyException NotReachable() => CozyException.NotFound("Application manifest is not reachable");

    public static CozyException BadManifest(string why) =>
        CozyException.BadRequest($"Application manifest is invalid or malformed: {why}", "bad_manifest");

    /// <summary>The archive is not one we unpack: broken, too large, or with entries that would leave its folder.</summary>
    public static CozyException BadPackage(string why) =>
        CozyException.BadRequest($"Application package is refused: {why}", "bad_package");
}
