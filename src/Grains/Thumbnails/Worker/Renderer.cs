using System.Runtime.InteropServices;
using NetVips;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>Makes the thumbnails of an image or of a PDF's first page with libvips. Only for a worker's process.</summary>
internal static class Renderer
{
    private const string Library = "libvips.so.42";

    // Sizes and qualities of the original, which clients lay their pages out for; in the order of the formats.
    private static readonly (int Width, int Height, Enums.Size Size, string Save)[] Formats =
    [
        (1920, 1080, Enums.Size.Down, ".jpg[Q=82,strip]"),
        (1280, 720, Enums.Size.Down, ".jpg[Q=82,strip]"),
        (640, 480, Enums.Size.Down, ".jpg[Q=82,strip]"),
        (96, 96, Enums.Size.Both, ".jpg[Q=99,strip]"),
    ];

    private static readonly double[] White = [255, 255, 255];

    // What a camera, a phone or a browser makes. Loaders of other formats are old code that few look at.
    private static readonly string[] Loaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff",
        "VipsForeignLoadHeif", "VipsForeignLoadSvg", "VipsForeignLoadPdf",
    ];

    /// <summary>Loads the library: the system's, which may know more formats, else the one that came with the program.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux() && !NativeLibrary.TryLoad(Library, out _))
        {
            // Once it is loaded, it is found by its name alone.
            NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "vips", Library));
        }

        global::NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in Loaders)
            Operation.Block(loader, false);
    }

    /// <summary>The images in the order of the formats; null when none can be made of this content.</summary>
    public static IReadOnlyList<byte[]>? Render(byte[] content, long maxPixels)
    {
        try
        {
            using (var header = Image.NewFromBuffer(content, access: Enums.Access.Sequential))
            {
                if ((long)header.Width * header.Height > maxPixels)
                    return null;
            }

            using var largest = RenderLargest(content);
            return [.. Formats.Select(format => Save(largest, format.Width, format.Height, format.Size, format.Save))];
        }
        catch (VipsException)
        {
            return null;
        }
    }

    /// <summary>Upright, without transparency, in the colours of screens.</summary>
    private static Image RenderLargest(byte[] content)
    {
        var (width, height, size, _) = Formats[0];
        using var raw = Image.ThumbnailBuffer(content, width, height: height, size: size, failOn: Enums.FailOn.Error);
        using var coloured = raw.Contains("icc-profile-data")
            ? raw.IccTransform("srgb", embedded: true)
            : raw.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = coloured.HasAlpha() ? coloured.Flatten(background: White) : coloured.Copy();
        return opaque.CopyMemory();
    }

    private static byte[] Save(Image largest, int width, int height, Enums.Size size, string save)
    {
        using var image = largest.ThumbnailImage(width, height: height, size: size, noRotate: true);
        return image.WriteToBuffer(save);
    }
}
