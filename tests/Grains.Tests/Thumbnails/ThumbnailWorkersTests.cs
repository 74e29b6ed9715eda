using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Cozy.Grains.Thumbnails;
using Cozy.Grains.Thumbnails.Worker;
using Cozy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Cozy.Grains.Tests.Thumbnails;

/// <summary>Real worker processes.</summary>
public sealed class ThumbnailWorkersTests : IDisposable
{
    private readonly ThumbnailWorkers _workers = Create(new ThumbnailOptions());

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData(3000, 1000, "1920x640 1280x427 640x213 96x32")]
    [InlineData(300, 200, "300x200 300x200 300x200 96x64")]
    [InlineData(10, 40, "10x40 10x40 10x40 24x96")]
    public async Task An_image_gets_the_four_formats_fitted_into_their_frames(int width, int height, string sizes)
    {
        var images = await RenderAsync(_workers, SampleImages.Png(width, height));
        Assert.Equal(sizes, string.Join(' ', images!.Select(image => SampleImages.JpegSize(image)).Select(size => $"{size.Width}x{size.Height}")));
    }

    [Fact]
    public async Task The_camera_is_turned_upright_and_what_it_wrote_is_left_out()
    {
        var plain = (await RenderAsync(_workers, SampleImages.Png(300, 200)))![1];
        var photo = SampleImages.WithOrientation(plain, 6);
        Assert.NotEqual(-1, photo.AsSpan().IndexOf("SECRET-PLACE"u8));

        var images = await RenderAsync(_workers, photo);

        Assert.Equal((200, 300), SampleImages.JpegSize(images![0]));
        Assert.All(images, image => Assert.Equal(-1, image.AsSpan().IndexOf("SECRET-PLACE"u8)));
    }

    [Fact]
    public async Task A_phones_photo_and_the_first_page_of_a_document_are_shown_where_the_library_can()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad("libvips.so.42", out _), "only the system's library knows these formats");
        Assert.Equal((64, 48), SampleImages.JpegSize((await RenderAsync(_workers, SampleImages.Heic()))![0]));
        Assert.Equal((48, 96), SampleImages.JpegSize((await RenderAsync(_workers, SampleImages.Pdf()))![3]));
    }

    [Fact]
    public async Task What_is_no_image_gives_none_and_the_next_one_is_served()
    {
        byte[][] bad =
        [
            "no image at all"u8.ToArray(),
            [0xFF, 0xD8, 0xFF],
            SampleImages.LyingPng(60_000, 60_000),
            "<svg xmlns='http://www.w3.org/2000/svg' width='1000000' height='1000000'/>"u8.ToArray(),
        ];
        foreach (var content in bad)
            Assert.Null(await RenderAsync(_workers, content));
        Assert.NotNull(await RenderAsync(_workers, SampleImages.Png(30, 20)));
    }

    [Fact]
    public async Task A_file_of_the_server_is_not_shown_through_an_image()
    {
        var svg = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink' width='100' height='100'>"
            + "<image x:href='file:///proc/self/environ' width='100' height='100'/></svg>";
        var images = await RenderAsync(_workers, System.Text.Encoding.UTF8.GetBytes(svg));
        var empty = await RenderAsync(_workers, "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'/>"u8.ToArray());
        Assert.Equal(empty![0], images![0]);
    }

    [Fact]
    public async Task Of_a_truncated_image_there_is_what_arrived()
    {
        var whole = SampleImages.Png(300, 200);
        Assert.NotNull(await RenderAsync(_workers, whole[..^30]));
    }

    [Theory]
    [InlineData(false, 60_000, 600, 1)]
    [InlineData(true, 24_000, 256, 60)]
    public async Task An_image_that_needs_too_much_time_or_memory_ends_its_worker_alone(
        bool isInterlaced, int side, int megabytes, int seconds)
    {
        using var tight = Create(new ThumbnailOptions
        {
            WorkerMemoryBytes = (long)megabytes << 20,
            MaxPixels = long.MaxValue,
            MaxFileBytes = 32 << 20,
            Timeout = TimeSpan.FromSeconds(seconds),
        });
        Assert.Null(await RenderAsync(tight, SampleImages.BombPng(side, isInterlaced)));
        Assert.NotNull(await RenderAsync(tight, SampleImages.Png(30, 20)));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_server_that_is_told_to_stop_takes_no_image_for_a_bad_one(string signal)
    {
        var image = SampleImages.Png(30, 20);
        Assert.NotNull(await _workers.RenderAsync(
            "tenant", true, () => Task.FromResult<Stream>(new SignallingStream(image, signal)), image.Length));
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_says_nothing_about_the_image()
    {
        using var broken = Create(new ThumbnailOptions { Program = "/nowhere/cozy" });
        await Assert.ThrowsAsync<WorkerUnavailableException>(() => RenderAsync(broken, SampleImages.Png(30, 20)));
    }

    private static Task<IReadOnlyList<byte[]>?> RenderAsync(ThumbnailWorkers workers, byte[] content) =>
        workers.RenderAsync("tenant", true, () => Task.FromResult<Stream>(new MemoryStream(content)), content.Length);

    private static ThumbnailWorkers Create(ThumbnailOptions options)
    {
        if (options.Program.Length == 0)
            options.Program = CozyProgram.Path;
        return new(Options.Create(options), TimeProvider.System, NullLogger<ThumbnailWorkers>.Instance);
    }

    /// <summary>Tells the workers to stop before it gives its content, as a console or a service manager does to all processes.</summary>
    private sealed class SignallingStream(byte[] content, string signal) : MemoryStream(content)
    {
        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            using var sent = Process.Start(
                "pkill", [$"-{signal}", "-P", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "-f", ThumbnailWorker.Command]);
            await sent.WaitForExitAsync(cancellationToken);
            Assert.Equal(0, sent.ExitCode);
            await base.CopyToAsync(destination, bufferSize, cancellationToken);
        }
    }
}
