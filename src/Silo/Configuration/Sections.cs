using System.Collections;
using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Grains.Mail;
using Cozy.Grains.OAuth;
using Cozy.Grains.Realtime;
using Cozy.Grains.Thumbnails;
using Cozy.Web;
using Cozy.Web.Admin;
using Cozy.Web.Auth.OpenId;

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
    public const string Auth = "Auth";
    public const string Mail = "Mail";
    public const string KeysSection = "Keys";
    public const string Apps = "Apps";
    public const string Realtime = "Realtime";
    public const string OAuth = "OAuth";
    public const string OpenId = "OpenId";
    public const string Thumbnails = "Thumbnails";

    /// <summary>In a key stands for a name that the operator chooses: <c>OpenId:Contexts:NAME:Issuer</c>.</summary>
    private const string AnyName = "NAME";

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
        [Auth] = typeof(AuthOptions),
        [Mail] = typeof(MailOptions),
        [KeysSection] = typeof(KeysOptions),
        [Apps] = typeof(AppsOptions),
        [Realtime] = typeof(RealtimeOptions),
        [OAuth] = typeof(OAuthOptions),
        [OpenId] = typeof(OpenIdOptions),
        [Thumbnails] = typeof(ThumbnailOptions),
    };

    private static readonly HashSet<string> AllKeys = new(Keys(), StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> AllLists = new(
        Types.SelectMany(section => PropertiesOf(section.Value, section.Key))
            .Where(property => IsList(property.Type))
            .Select(property => property.Key),
        StringComparer.OrdinalIgnoreCase);

    private static readonly (string Before, string After)[] AllNamed =
    [
        .. Keys().Where(key => key.Contains($":{AnyName}:", StringComparison.Ordinal))
            .Select(key => key.Split($"{AnyName}:")).Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>Every key there is, such as <c>Server:Data</c>.</summary>
    public static IEnumerable<string> Keys() =>
        Types.SelectMany(section => PropertiesOf(section.Value, section.Key)).Select(property => property.Key);

    /// <summary>Whether the key, or the list or table it is an entry of (<c>Web:TrustedProxies:0</c>), is one of ours.</summary>
    public static bool IsKnown(string key)
    {
        var colon = key.LastIndexOf(':');
        return AllKeys.Contains(key) || AllNamed.Any(named => IsNamed(key, named.Before, named.After)) || (colon > 0 && int.TryParse(key[(colon + 1)..], out _) && AllLists.Contains(key[..colon]));
    }

    private static bool IsNamed(string key, string before, string after) =>
        key.StartsWith(before, StringComparison.OrdinalIgnoreCase)
        && key.IndexOf(':', before.Length) is > 0 and var end
        && key.AsSpan(end + 1).Equals(after, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<(string Key, Type Type)> PropertiesOf(Type type, string path) => type.GetProperties()
        .Where(property => property.CanWrite || IsList(property.PropertyType))
        .SelectMany(property => IsNested(property.PropertyType) ? PropertiesOf(property.PropertyType, $"{path}:{property.Name}")
            : EntryOf(property.PropertyType) is { } entry ? PropertiesOf(entry, $"{path}:{property.Name}:{AnyName}")
            : [($"{path}:{property.Name}", property.PropertyType)]);

    /// <summary>What a table of settings by name holds; null when the type is none.</summary>
    private static Type? EntryOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) && IsNested(type.GenericTypeArguments[1])
            ? type.GenericTypeArguments[1]
            : null;

    private static bool IsList(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static bool IsNested(Type type) =>
        type.IsClass && type.Assembly.GetName().Name is { } name && (name == "cozy" || name.StartsWith("Cozy.", StringComparison.Ordinal));
}
