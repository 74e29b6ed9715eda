using System.Collections.Frozen;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Cozy.Grains.Dav;
using Cozy.Web.Files;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Dav;

/// <summary>A property the server computes.</summary>
/// <param name="Exists">Whether a resource has it.</param>
/// <param name="Write">Writes its value.</param>
/// <param name="IsCommon">Whether it is part of what clients get that ask for all.</param>
internal sealed record LiveProperty(
    Func<DavResource, bool> Exists, Action<XmlWriter, DavResource> Write, bool IsCommon = true);

/// <summary>The properties the server computes (RFC 4918, section 15; RFC 4331; ownCloud's checksums).</summary>
internal static class LiveProperties
{
    /// <summary>How much room is used, which costs a question of its own.</summary>
    public static readonly XName QuotaUsed = DavXml.Dav + "quota-used-bytes";

    /// <summary>How much room is left.</summary>
    public static readonly XName QuotaAvailable = DavXml.Dav + "quota-available-bytes";

    private static readonly XName Checksums = DavXml.OwnCloud + "checksums";

    private static readonly FrozenDictionary<XName, LiveProperty> Known = new Dictionary<XName, LiveProperty>
    {
        [DavXml.Dav + "resourcetype"] = new(_ => true, (xml, r) =>
        {
            if (r.Entry.IsDirectory)
                WriteEmpty(xml, "collection");
        }),
        [DavXml.Dav + "displayname"] = new(_ => true, (xml, r) => xml.WriteString(DavPath.NameOf(r.Path))),
        [DavXml.Dav + "creationdate"] = new(_ => true, (xml, r) => xml.WriteString(
            r.File.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))),
        [DavXml.Dav + "getlastmodified"] = new(_ => true, (xml, r) =>
            xml.WriteString(HeaderUtilities.FormatDate(r.File.ModifiedAt))),
        [DavXml.Dav + "getcontentlength"] = new(IsFile, (xml, r) =>
            xml.WriteString(r.File.Size.ToString(CultureInfo.InvariantCulture))),
        [DavXml.Dav + "getcontenttype"] = new(IsFile, (xml, r) => xml.WriteString(r.File.MediaType)),
        [DavXml.Dav + "getetag"] = new(IsFile, (xml, r) => xml.WriteString(r.File.ETag.ToString())),
        [DavXml.Dav + "supportedlock"] = new(_ => true, WriteSupportedLocks),
        [DavXml.Dav + "lockdiscovery"] = new(_ => true, (xml, r) => WriteLocks(xml, r.Locks)),
        [QuotaUsed] = new(HasUsage, (xml, r) => xml.WriteString(Number(r.Usage!.Used)), IsCommon: false),
        [QuotaAvailable] = new(
            r => HasUsage(r) && r.Usage!.Quota > 0,
            (xml, r) => xml.WriteString(Number(Math.Max(r.Usage!.Quota - r.Usage.Used, 0))),
            IsCommon: false),
        [Checksums] = new(IsFile, WriteChecksums, IsCommon: false),
    }.ToFrozenDictionary();

    /// <summary>The names of those that clients get that ask for all.</summary>
    public static IEnumerable<XName> Common { get; } = [.. Known.Where(pair => pair.Value.IsCommon).Select(pair => pair.Key)];

    /// <summary>The property with a name; null when clients may set it as they like.</summary>
    public static LiveProperty? Find(XName name) => Known.GetValueOrDefault(name);

    /// <summary>Whether a property has this value already, of those that clients repeat beside what they set.</summary>
    public static bool Is(XName name, XElement said, StoredFile file) =>
        name == Checksums && file.Md5 is { } md5
        && said.Value.Trim().Equals(Md5Text(md5), StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the elements <c>activelock</c> of locks.</summary>
    public static void WriteLocks(XmlWriter xml, IEnumerable<DavLock> locks)
    {
        foreach (var held in locks)
        {
            Start(xml, "activelock");
            WriteKind(xml, held.IsExclusive);
            WriteText(xml, "depth", held.IsDeep ? "infinity" : "0");
            if (held.Owner.Length > 0)
                xml.WriteRaw(held.Owner);
            WriteText(xml, "timeout", $"Second-{Number((long)held.Timeout.TotalSeconds)}");
            WriteHref(xml, "locktoken", held.Token);
            WriteHref(xml, "lockroot", DavPath.Href(held.Path, isDirectory: false));
            xml.WriteEndElement();
        }
    }

    private static bool IsFile(DavResource resource) => !resource.Entry.IsDirectory;

    private static bool HasUsage(DavResource resource) => resource is { Entry.IsDirectory: true, Usage: not null };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteChecksums(XmlWriter xml, DavResource resource)
    {
        if (resource.File.Md5 is { } md5)
            xml.WriteElementString("oc", "checksum", DavXml.OwnCloud.NamespaceName, Md5Text(md5));
    }

    private static string Md5Text(byte[] md5) => $"MD5:{Convert.ToHexStringLower(md5)}";

    private static void WriteSupportedLocks(XmlWriter xml, DavResource resource)
    {
        foreach (var isExclusive in (ReadOnlySpan<bool>)[true, false])
        {
            Start(xml, "lockentry");
            WriteKind(xml, isExclusive);
            xml.WriteEndElement();
        }
    }

    private static void WriteKind(XmlWriter xml, bool isExclusive)
    {
        Start(xml, "lockscope");
        WriteEmpty(xml, isExclusive ? "exclusive" : "shared");
        xml.WriteEndElement();
        Start(xml, "locktype");
        WriteEmpty(xml, "write");
        xml.WriteEndElement();
    }

    private static void Start(XmlWriter xml, string name) => xml.WriteStartElement("D", name, DavXml.Dav.NamespaceName);

    private static void WriteText(XmlWriter xml, string name, string text) =>
        xml.WriteElementString("D", name, DavXml.Dav.NamespaceName, text);

    private static void WriteHref(XmlWriter xml, string name, string href)
    {
        Start(xml, name);
        WriteText(xml, "href", href);
        xml.WriteEndElement();
    }

    private static void WriteEmpty(XmlWriter xml, string name)
    {
        Start(xml, name);
        xml.WriteEndElement();
    }
}
