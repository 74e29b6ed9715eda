using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Names that the server gives, in the owner's language.</summary>
internal static class FileNames
{
    /// <summary>The folder of shared drives.</summary>
    public static string SharedDrives(HttpContext context) => IsFrench(context) ? "Drives partagés" : "Drives";

    /// <summary>The name of a copy: <c>name (copy).ext</c>.</summary>
    public static string Copy(HttpContext context, string name)
    {
        var dot = name.LastIndexOf('.');
        var (stem, extension) = dot < 0 ? (name, "") : (name[..dot], name[dot..]);
        return $"{stem} ({(IsFrench(context) ? "copie" : "copy")}){extension}";
    }

    private static bool IsFrench(HttpContext context) =>
        context.Instance().Locale.StartsWith("fr", StringComparison.OrdinalIgnoreCase);
}
