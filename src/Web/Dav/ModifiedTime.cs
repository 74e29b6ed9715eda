using System.Collections.Frozen;
using System.Globalization;
using System.Xml.Linq;

namespace Cozy.Web.Dav;

/// <summary>The time of the last change of a file, under the names by which clients set it after an upload.</summary>
internal static class ModifiedTime
{
    // What rclone and ownCloud's clients set, in seconds since 1970.
    private static readonly XName Seconds = DavXml.Dav + "lastmodified";

    // What Windows sets, and reads again. It gives a copy up when it may not.
    private static readonly XName Windows = XName.Get("Win32LastModifiedTime", "urn:schemas-microsoft-com:");

    private static readonly FrozenSet<XName> Names = FrozenSet.ToFrozenSet([Seconds, Windows, DavXml.Dav + "getlastmodified"]);

    /// <summary>Whether a property is one.</summary>
    public static bool Is(XName name) => Names.Contains(name);

    /// <summary>Whether there is nothing else to keep of it.</summary>
    public static bool IsOnly(XName name) => Is(name) && name != Windows;

    /// <summary>The time an element says; null when it says none.</summary>
    public static DateTimeOffset? Read(XElement element)
    {
        var text = element.Value.Trim();
        if (element.Name == Seconds)
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }

        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
