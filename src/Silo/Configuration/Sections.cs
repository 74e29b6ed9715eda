using Cozy.Web;
using Cozy.Web.Admin;

namespace Cozy.Silo.Configuration;

/// <summary>The sections of the configuration and the class of each.</summary>
internal static class Sections
{
    public const string Server = "Server";
    public const string Log = "Log";
    public const string Web = "Web";
    public const string Admin = "Admin";
    public const string Cluster = "Cluster";
    public const string Documents = "Documents";
    public const string Files = "Files";

    /// <summary>.NET's own section with log filters; its keys are names of categories and are not checked.</summary>
    public const string Logging = "Logging";

    public static readonly IReadOnlyDictionary<string, Type> Types = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
    {
        [Server] = typeof(ServerOptions),
        [Log] = typeof(LogOptions),
        [Web] = typeof(WebOptions),
        [Admin] = typeof(AdminOptions),
        [Cluster] = typeof(ClusterModeOptions),
        [Documents] = typeof(DocumentsOptions),
        [Files] = typeof(FilesOptions),
    };

    /// <summary>Every key there is, such as <c>Server:Data</c>.</summary>
    public static IEnumerable<string> Keys() => Types.SelectMany(section => KeysOf(section.Value, section.Key));

    private static IEnumerable<string> KeysOf(Type type, string path) => type.GetProperties()
        .Where(property => property.CanWrite)
        .SelectMany(property => IsNested(property.PropertyType)
            ? KeysOf(property.PropertyType, $"{path}:{property.Name}")
            : [$"{path}:{property.Name}"]);

    private static bool IsNested(Type type) => type.IsClass && type.Assembly != typeof(string).Assembly && type != typeof(Uri);
}
