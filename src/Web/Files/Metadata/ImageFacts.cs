using System.Globalization;
using System.Text.Json;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.IO;

namespace Cozy.Web.Files.Metadata;

/// <summary>What an image tells: when and where it was taken, its size, how to turn it.</summary>
internal sealed class ImageFacts
{
    private const string ExifTime = "yyyy:MM:dd HH:mm:ss";

    private DateTimeOffset? _takenAt;
    private (int Width, int Height)? _size;
    private (double Latitude, double Longitude)? _place;
    private int? _orientation;
    private string? _flash;

    /// <summary>Reads the facts; what is damaged is left out.</summary>
    public static ImageFacts Read(ReadOnlyMemory<byte> head, bool isHeif, MediaContext context)
    {
        // Cameras tell it all in their EXIF; other images were taken when they were made.
        var facts = new ImageFacts { _size = ImageSize.Read(head.Span), _takenAt = isHeif ? null : context.CreatedAt };
        try
        {
            if (FindExif(head) is { Length: > 0 } exif)
                facts.Take([.. new ExifReader().Extract(new ByteArrayReader(exif))], context.TimeZone);
        }
        catch (Exception failure) when (failure is ImageProcessingException or IOException or ArgumentException
            or OverflowException or InvalidCastException or IndexOutOfRangeException)
        {
            // What could be read counts.
        }

        return facts;
    }

    /// <summary>Writes the members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (_takenAt is { } takenAt)
            json.WriteString("datetime", Rfc3339(takenAt));
        if (_flash is not null)
            json.WriteString("flash", _flash);
        if (_place is { } place)
        {
            json.WriteStartObject("gps");
            json.WriteNumber("lat", place.Latitude);
            json.WriteNumber("long", place.Longitude);
            json.WriteEndObject();
        }

        if (_size is { } size)
        {
            json.WriteNumber("height", size.Height);
            json.WriteNumber("width", size.Width);
        }

        if (_orientation is { } orientation)
            json.WriteNumber("orientation", orientation);
    }

    private static string Rfc3339(DateTimeOffset time) => time.ToString(
        time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        CultureInfo.InvariantCulture);

    /// <summary>
    /// The EXIF block, from its TIFF header on. It is searched for, instead of walking through the containers that may hold
    /// it, whose lengths may lie.
    /// </summary>
    private static byte[]? FindExif(ReadOnlyMemory<byte> head)
    {
        for (var rest = head; rest.Span.IndexOf("Exif\0\0"u8) is >= 0 and var at; rest = rest[(at + 6)..])
        {
            var tiff = rest[(at + 6)..];
            if (tiff.Span.StartsWith("II*\0"u8) || tiff.Span.StartsWith("MM\0*"u8))
                return tiff.ToArray();
        }

        return null;
    }

    private void Take(IReadOnlyList<MetadataExtractor.Directory> directories, TimeZoneInfo zone)
    {
        var main = directories.OfType<ExifIfd0Directory>().FirstOrDefault();
        var detail = directories.OfType<ExifSubIfdDirectory>().FirstOrDefault();
        _takenAt = Time(detail, ExifDirectoryBase.TagDateTimeOriginal, ExifDirectoryBase.TagTimeZoneOriginal, zone)
            ?? Time(main, ExifDirectoryBase.TagDateTime, ExifDirectoryBase.TagTimeZone, zone)
            ?? _takenAt;
        if (main is not null && main.TryGetInt32(ExifDirectoryBase.TagOrientation, out var orientation) && orientation is >= 1 and <= 8)
            _orientation = orientation;
        if (_size is null && detail is not null
            && detail.TryGetInt32(ExifDirectoryBase.TagExifImageWidth, out var width) && width > 0
            && detail.TryGetInt32(ExifDirectoryBase.TagExifImageHeight, out var height) && height > 0)
        {
            _size = (width, height);
        }

        _flash = detail?.GetDescription(ExifDirectoryBase.TagFlash);
        if (directories.OfType<GpsDirectory>().FirstOrDefault() is { } gps && gps.GetGeoLocation() is { } place && IsPlace(place))
            _place = (place.Latitude, place.Longitude);
    }

    private static bool IsPlace(GeoLocation place) =>
        Math.Abs(place.Latitude) <= 90 && Math.Abs(place.Longitude) <= 180 && !place.IsZero;

    private static DateTimeOffset? Time(MetadataExtractor.Directory? directory, int tag, int zoneTag, TimeZoneInfo zone)
    {
        if (!DateTime.TryParseExact(
            directory?.GetString(tag)?.TrimEnd('\0', ' '), ExifTime, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return null;
        }

        if (TimeSpan.TryParse(directory!.GetString(zoneTag)?.TrimStart('+'), CultureInfo.InvariantCulture, out var offset)
            && Math.Abs(offset.TotalHours) <= 14)
        {
            return new DateTimeOffset(local, offset);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
