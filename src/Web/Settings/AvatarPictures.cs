using System.Globalization;
using System.Net;
using System.Text;

namespace Cozy.Web.Settings;

/// <summary>What a picture of the owner may be, and what stands in its place.</summary>
internal static class AvatarPictures
{
    private const int HueDegrees = 360;

    /// <summary>The media type by the first bytes; null for what is no picture that browsers show.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x47, 0x49, 0x46, 0x38, ..] => "image/gif",
        [0x52, 0x49, 0x46, 0x46, _, _, _, _, 0x57, 0x45, 0x42, 0x50, ..] => "image/webp",
        _ => null,
    };

    /// <summary>A drawing with the initials of a name; of a person when there is none.</summary>
    public static byte[] Draw(string? name)
    {
        var initials = InitialsOf(name ?? "");
        var hue = name is { Length: > 0 } ? name.Aggregate(7, static (sum, c) => ((sum * 31) + c) & 0xFFFF) % HueDegrees : 20;
        var inside = initials.Length > 0
            ? $"<text x=\"16\" y=\"21\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"14\" fill=\"#fff\">{WebUtility.HtmlEncode(initials)}</text>"
            : "<circle cx=\"16\" cy=\"12\" r=\"5\" fill=\"#fff\"/><path d=\"M6 28a10 10 0 0 1 20 0z\" fill=\"#fff\"/>";
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><circle cx=\"16\" cy=\"16\" r=\"16\" fill=\"hsl({hue},45%,42%)\"/>{inside}</svg>"));
    }

    private static string InitialsOf(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Concat(words.Take(1).Concat(words.Skip(1).TakeLast(1))
            .Select(word => StringInfo.GetNextTextElement(word).ToUpperInvariant()));
    }
}
