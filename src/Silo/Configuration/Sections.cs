using System.Collections;
using Cozy.Grains.Alarms;
using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Grains.Contexts;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail;
using Cozy.Grains.OAuth;
using Cozy.Grains.Realtime;
using Cozy.Grains.Thumbnails;
using Cozy.Grains.Triggers;
using Cozy.Web;
using Cozy.Web.Admin;
using Cozy.Web.Auth.OpenId;

namespace Cozy.Silo.Configuration;

/// <summary>The sections of the configuration and the class of each.</summary>
internal static class Sections
{
    public const string Server = "Server";
    public const string Log = "Log";
    public const string Metrics = "Metrics";
    public const string Web = "Web";
    public const string Admin = "Admin";
    public const string Cluster = "Cluster";
    public const string Documents = "Documents";
    public const string CouchDbServer = "CouchDbServer";
    public const string Files = "Files";
    public const string Auth = "Auth";
    public const string Mail = "Mail";
    public const string KeysSection = "Keys";
    public const string Apps = "Apps";

    /// <summary>Named contexts: the second part of a key is a name of the operator's.</summary>
    public const string Contexts = "Contexts";

    /// <summary>What stands for the name of a context in the list of keys.</summary>
    public const string ContextName = "NAME";

    public const string Realtime = "Realtime";
    public const string OAuth = "OAuth";

    /// <summary>The OpenID providers of contexts, by their names.</summary>
    public const string OpenId = "OpenId";

    public const string Thumbnails = "Thumbnails";
    public const string Jobs = "Jobs";
    public const string Triggers = "Triggers";
    public const string Alarms = "Alarms";

    /// <summary>.NET's own section with log filters; its keys are names of categories and are not checked.</summary>
    public const string Logging = "Logging";

    public static readonly IReadOnlyDictionary<string, Type> Types = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
    {
        [Server] = typeof(ServerOptions),
        [Log] = typeof(LogOptions),
        [Metrics] = typeof(MetricsOptions),
        [Web] = typeof(WebOptions),
        [Admin] = typeof(AdminOptions),
        [Cluster] = typeof(ClusterModeOptions),
        [Documents] = typeof(DocumentsOptions),
        [CouchDbServer] = typeof(CouchDbServeOptions),
        [Files] = typeof(FilesOptions),
        [Auth] = typeof(AuthOptions),
        [Mail] = typeof(MailOptions),
        [KeysSection] = typeof(KeysOptions),
        [Apps] = typeof(AppsOptions),
        [Realtime] = typeof(RealtimeOptions),
        [OAuth] = typeof(OAuthOptions),
        [Thumbnails] = typeof(ThumbnailOptions),
        [Jobs] = typeof(JobsOptions),
        [Triggers] = typeof(TriggersOptions),
        [Alarms] = typeof(AlarmsOptions),
    };

    private static readonly string[] ByContext = [Contexts, OpenId];

    private static readonly IReadOnlyList<(string Key, Type Type)> Everything =
    [
        .. Types.SelectMany(section => PropertiesOf(section.Value, section.Key)),
        .. PropertiesOf(typeof(ContextOptions), $"{Contexts}:{ContextName}"),
        .. PropertiesOf(typeof(OpenIdProvider), $"{OpenId}:{ContextName}"),
    ];

    private static readonly HashSet<string> AllKeys = new(Keys(), StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> AllLists = new(
        Everything.Where(property => IsList(property.Type)).Select(property => property.Key), StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> AllMaps = new(
        Everything.Where(property => IsMap(property.Type)).Select(property => property.Key), StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key there is, such as <c>Server:Data</c>.</summary>
    public static IEnumerable<string> Keys() => Everything.Select(property => property.Key);

    /// <summary>Whether the key, or the list it is an entry of (<c>Web:TrustedProxies:0</c>), is one of ours.</summary>
    public static bool IsKnown(string key)
    {
        key = WithoutContextName(key);
        var colon = key.LastIndexOf(':');
        if (AllKeys.Contains(key) || colon <= 0)
            return AllKeys.Contains(key);
        return AllMaps.Contains(key[..colon]) || (int.TryParse(key[(colon + 1)..], out _) && AllLists.Contains(key[..colon]));
    }

    private static string WithoutContextName(string key) => key.Split(':', 3) is [var section, _, var rest]
        && ByContext.Contains(section, StringComparer.OrdinalIgnoreCase)
            ? $"{section}:{ContextName}:{rest}"
            : key;

    private static IEnumerable<(string Key, Type Type)> PropertiesOf(Type type, string path) => type.GetProperties()
        .Where(property => property.CanWrite || IsList(property.PropertyType))
        .SelectMany(property => IsNested(property.PropertyType)
            ? PropertiesOf(property.PropertyType, $"{path}:{property.Name}")
            : [($"{path}:{property.Name}", property.PropertyType)]);

    private static bool IsList(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static bool IsMap(Type type) => type.IsAssignableTo(typeof(IDictionary<string, string>));

    private static bool IsNested(Type type) =>
        type.IsClass && type.Assembly.GetName().Name is { } name && (name == "cozy" || name.StartsWith("Cozy.", StringComparison.Ordinal));
}
