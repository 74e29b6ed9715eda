using System.Text.RegularExpressions;
using Cozy.Storage.Documents;

namespace Cozy.Silo.Backups;

/// <summary>Where an instance's things are, for backups.</summary>
internal static partial class InstanceFiles
{
    /// <summary>The folder of contents within an instance's folder.</summary>
    public const string Contents = "content";

    /// <summary>The documents of instances.</summary>
    public static readonly DatabaseName Instances = new(DatabaseName.Global, "instances");

    /// <summary>Which instance has a host name.</summary>
    public static readonly DatabaseName Domains = new(DatabaseName.Global, "domains");

    /// <summary>Whether a path within an instance's folder is that of a content; an archive may hold no other. Those
    /// of older versions are a level deeper.</summary>
    public static bool IsContent(string path) => ContentPath().IsMatch(path);

    /// <summary>Whether an id is one an instance can have.</summary>
    public static bool IsInstance(string id) => InstanceId().IsMatch(id);

    [GeneratedRegex(@"^content/[0-9a-f]{2}/([0-9a-f]{2}/)?[A-Za-z0-9_-][A-Za-z0-9._-]*~[A-Za-z0-9_-][A-Za-z0-9._-]*\z")]
    private static partial Regex ContentPath();

    [GeneratedRegex(@"^cozy[0-9a-f]{32}\z")]
    private static partial Regex InstanceId();
}

/// <summary>A backup that cannot be made or used, and why.</summary>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
