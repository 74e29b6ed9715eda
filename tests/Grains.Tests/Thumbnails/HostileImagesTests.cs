using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cozy.Grains.Thumbnails;
using Cozy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Cozy.Grains.Tests.Thumbnails;

/// <summary>Every decoder that is let near a stranger's image, with images that are not what they say.</summary>
public sealed class HostileImagesTests : IDisposable
{
    private const int Damages = 8;

    private readonly ThumbnailWorkers _workers = new(
        Options.Create(new ThumbnailOptions
        {
            Program = CozyProgram.Path,
            Workers = 1,
            MaxPixels = 10_000_000,
            Timeout = TimeSpan.FromSeconds(10),
        }),
        TimeProvider.System,
        NullLogger<ThumbnailWorkers>.Instance);

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("gif")]
    [InlineData("webp")]
    [InlineData("tiff")]
    [InlineData("svg")]
    [InlineData("heic")]
    [InlineData("pdf")]
    public async Task Whatever_is_damaged_in_an_image_the_next_one_is_served(string format)
    {
        Assert.SkipUnless(
            format is not ("tiff" or "heic" or "pdf") || NativeLibrary.TryLoad("libvips.so.42", out _), "only the system's library knows this format");
        var image = await SampleAsync(format);
        Assert.NotNull(await RenderAsync(image));

        var random = new Random(format.Length);
        for (var i = 0; i < Damages; i++)
        {
            var damaged = image[..(i % 3 == 0 ? random.Next(image.Length / 2, image.Length) : image.Length)];
            for (var count = random.Next(1, 9); count > 0; count--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            await RenderAsync(damaged);
        }

        Assert.NotNull(await RenderAsync(image));
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("pdf")]
    [InlineData("svg")]
    public async Task What_says_it_is_huge_gives_none(string format)
    {
        var image = format switch
        {
            "gif" => HugeGif(await SampleAsync("gif")),
            "pdf" => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(SampleImages.Pdf()).Replace("100 200", "99999 99999", StringComparison.Ordinal)),
            _ => "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' width='30000' height='30000'/>"u8.ToArray(),
        };
        Assert.Null(await RenderAsync(image));
        Assert.NotNull(await RenderAsync(SampleImages.Png(30, 20)));
    }

    [Fact]
    public async Task A_drawing_that_repeats_itself_without_end_costs_its_worker_at_most()
    {
        var svg = new StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><g id='l0'><rect width='1' height='1'/></g>");
        for (var level = 1; level < 15; level++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g id='l{level}'>");
            for (var use = 0; use < 10; use++)
                svg.Append(CultureInfo.InvariantCulture, $"<use href='#l{level - 1}'/>");
            svg.Append("</g>");
        }

        await RenderAsync(Encoding.UTF8.GetBytes(svg.Append("</svg>").ToString()));
        Assert.NotNull(await RenderAsync(SampleImages.Png(30, 20)));
    }

    private async Task<byte[]> SampleAsync(string format) => format switch
    {
        "png" => SampleImages.Png(40, 30),
        "jpeg" => (await RenderAsync(SampleImages.Png(40, 30)))![0],
        "gif" => Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
        "webp" => Convert.FromBase64String("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"),
        "tiff" => Tiff(),
        "svg" => "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'><circle cx='9' cy='9' r='8' fill='red'/></svg>"u8.ToArray(),
        "heic" => SampleImages.Heic(),
        _ => SampleImages.Pdf(),
    };

    private static byte[] HugeGif(byte[] gif)
    {
        // The size of the screen, and that of the frame on it.
        const int screen = 6, frame = 32, length = 4;
        gif.AsSpan(screen, length).Fill(byte.MaxValue);
        gif.AsSpan(frame, length).Fill(byte.MaxValue);
        return gif;
    }

    /// <summary>One grey pixel.</summary>
    private static byte[] Tiff()
    {
        (ushort Tag, ushort Value)[] entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1)];
        using var tiff = new MemoryStream();
        using var writer = new BinaryWriter(tiff);
        writer.Write("II*\0"u8);
        writer.Write(10u);
        writer.Write((ushort)0x7F);
        writer.Write((ushort)entries.Length);
        foreach (var (tag, value) in entries)
        {
            const ushort isShort = 3;
            writer.Write(tag);
            writer.Write(isShort);
            writer.Write(1u);
            writer.Write((uint)value);
        }

        writer.Write(0u);
        return tiff.ToArray();
    }

    private Task<IReadOnlyList<byte[]>?> RenderAsync(byte[] content) =>
        _workers.RenderAsync("tenant", true, () => Task.FromResult<Stream>(new MemoryStream(content)), content.Length);
}
