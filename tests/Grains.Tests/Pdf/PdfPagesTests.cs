using System.Text;
using Cozy.Grains.Errors;
using Cozy.Grains.Pdf;
using Cozy.Grains.Thumbnails;
using Cozy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Pdf;

/// <summary>Pages of real documents, taken out by real worker processes.</summary>
public sealed class PdfPagesTests : IDisposable
{
    private const int Tight = 256 << 20;

    private readonly ThumbnailWorkers _workers;
    private readonly PdfPages _pages;

    public PdfPagesTests() => (_workers, _pages) = Create(new ThumbnailOptions { Workers = 1, WorkerMemoryBytes = Tight, MaxFileBytes = 1 << 20 });

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("compressed")]
    [InlineData("encrypted")]
    public async Task A_page_is_a_document_of_its_own_and_has_nothing_of_the_others(string kind)
    {
        var book = SamplePdfs.Book("one", "two é", "three");
        var bytes = kind switch
        {
            "plain" => book.Build(),
            "compressed" => book.BuildCompressed(),
            _ => SamplePdfs.Encrypt(book.Build(), ""),
        };

        var made = await ExtractAsync(_pages, bytes, 2, 3, 1);

        Assert.Equal(["two é 201x100 90", "three 202x100 180", "one 200x100 0"], made.Select(page => Assert.Single(SamplePdfs.Read(page))));
        foreach (var (index, number) in new[] { 2, 3, 1 }.Index())
        {
            var raw = Encoding.Latin1.GetString(made[index]);
            Assert.Equal([number], Enumerable.Range(1, 3).Where(other => raw.Contains(SamplePdfs.Marker(other), StringComparison.Ordinal)));
            Assert.Equal([number], Enumerable.Range(1, 3).Where(other => raw.Contains($"https://example.org/{other})", StringComparison.Ordinal)));
            Assert.DoesNotContain("/JavaScript", raw, StringComparison.Ordinal);
            Assert.DoesNotContain("value of all pages", raw, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_makes_a_page_look_as_it_does_goes_with_it()
    {
        var pdf = SamplePdfs.Leaflet()
            .Set(1, "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>>>")
            .Set(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]/CropBox[10 10 50 60]/UserUnit 2/Group<</S/Transparency/CS/DeviceCMYK>>"
                + "/Resources<</XObject<</Fm 5 0 R>>/Font<</Used 7 0 R>>/Properties<</Layer 6 0 R>>>>/Contents[4 0 R 8 0 R]>>")
            .SetStream(4, "", "/OC /Layer BDC /Fm Do"u8)
            .SetStream(8, "", "EMC"u8)
            .SetStream(5, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "BT /Used 9 Tf (in a form) Tj ET"u8)
            .Set(6, "<</Type/OCG/Name(hidden layer)>>")
            .Set(7, "<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>");

        var page = Assert.Single(await ExtractAsync(_pages, pdf.Build(), 1));

        var raw = Encoding.Latin1.GetString(page);
        foreach (var kept in (string[])["/UserUnit", "/DeviceCMYK", "/OCProperties", "hidden layer", "/Courier", "/CropBox"])
            Assert.Contains(kept, raw, StringComparison.Ordinal);
        Assert.EndsWith(" 40x50 0", Assert.Single(SamplePdfs.Read(page)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_pages_is_counted_and_not_believed()
    {
        await using var none = await _pages.ExtractAsync(Source(SamplePdfs.Book("a", "b", "c").Build()), [], TestContext.Current.CancellationToken);
        Assert.Equal((3, 0), (none.PageCount, none.Lengths.Count));
        var lying = SamplePdfs.Leaflet().Set(2, "<</Type/Pages/Kids[3 0 R]/Count 1000000>>").Build();
        Assert.Equal("The PDF has 1 pages.", (await FailAsync(_pages, lying, 2)).Message);
    }

    [Fact]
    public async Task What_cannot_be_had_is_said()
    {
        var book = SamplePdfs.Book("one", "two").Build();
        (byte[] Content, int Page, string Problem)[] bad =
        [
            (book, 0, "The first page is 1."),
            (book, -1, "The first page is 1."),
            (book, 3, "The PDF has 2 pages."),
            (SamplePdfs.Encrypt(book, "secret"), 1, "The PDF opens with a password only."),
            ("no PDF at all"u8.ToArray(), 1, "The file is no PDF, or a broken one."),
            ([], 1, "The file is no PDF, or a broken one."),
            (book[..^300], 1, "The file is no PDF, or a broken one."),
            (SamplePdfs.Leaflet().Set(2, "<</Type/Pages/Kids[]/Count 1>>").Build(), 1, "The PDF has 0 pages."),
            (SamplePdfs.Leaflet().Set(3, "<</Type/Page/Parent 2 0 R>>").Build(), 1, "The page is broken, or too large."),
            (SamplePdfs.Leaflet().Set(4, "<</Length 4 0 R>>stream\nq Q\nendstream").Build(), 1, "The file is no PDF, or a broken one."),
        ];
        foreach (var (content, page, problem) in bad)
        {
            var failure = await FailAsync(_pages, content, page);
            Assert.Equal((ErrorKind.Invalid, "Page", problem), (failure.Kind, failure.WrongInput, failure.Message));
        }

        Assert.Equal(ErrorKind.TooLarge, (await FailAsync(_pages, new byte[(1 << 20) + 1], 1)).Kind);
        Assert.Single(await ExtractAsync(_pages, book, 2));
    }

    [Theory]
    [InlineData("a page that unpacks to gigabytes")]
    [InlineData("objects that unpack to gigabytes")]
    [InlineData("a length of gigabytes")]
    [InlineData("a tree of pages that contains itself")]
    [InlineData("lists in lists in lists")]
    public async Task A_hostile_document_ends_its_worker_alone_and_once(string kind)
    {
        var pdf = SamplePdfs.Leaflet();
        _ = kind switch
        {
            "a page that unpacks to gigabytes" => pdf.SetStream(4, "/Filter[/FlateDecode/FlateDecode]", SamplePdfs.Bomb),
            "a length of gigabytes" => pdf.Set(4, "<</Length 2000000000>>stream\nq Q\nendstream"),
            "a tree of pages that contains itself" => pdf.Set(2, "<</Type/Pages/Kids[2 0 R]/Count 1>>"),
            _ => pdf.Set(5, new string('[', 200_000)),
        };
        var bytes = kind == "objects that unpack to gigabytes" ? pdf.BuildCompressed(SamplePdfs.Bomb) : pdf.Build();

        Assert.Equal("The PDF is broken, or needs more time or memory than it may have.", (await FailAsync(_pages, bytes, 1)).Message);
        var opened = false;
        var again = Source(bytes) with
        {
            OpenAsync = _ =>
            {
                opened = true;
                return Task.FromResult<Stream>(new MemoryStream(bytes));
            },
        };
        await Assert.ThrowsAsync<CozyException>(() => _pages.ExtractAsync(again, [1], TestContext.Current.CancellationToken));
        Assert.False(opened, "the price was paid twice");
        Assert.Single(await ExtractAsync(_pages, SamplePdfs.Book("one").Build(), 1));
    }

    [Fact]
    public async Task A_document_that_takes_for_ever_is_given_up()
    {
        // Each level of the tree has the next one twice.
        var tree = SamplePdfs.Leaflet();
        for (var level = 10; level < 60; level++)
            tree.Set(level, $"<</Type/Pages/Kids[{level + 1} 0 R {level + 1} 0 R]/Count 2>>");
        var bytes = tree.Set(2, "<</Type/Pages/Kids[10 0 R]/Count 2>>").Set(60, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>").Build();
        var (workers, pages) = Create(new ThumbnailOptions { Timeout = TimeSpan.FromSeconds(4), WorkerMemoryBytes = 4L << 30 });
        using var _ = workers;

        Assert.Equal("The PDF is broken, or needs more time or memory than it may have.", (await FailAsync(pages, bytes, 1)).Message);
    }

    [Fact]
    public async Task Many_pages_come_in_turns_of_what_the_server_keeps()
    {
        var picture = new byte[80_000];
        Random.Shared.NextBytes(picture);
        var pdf = SamplePdfs.Book("one", "two", "three", "four", "five");
        pdf.SetStream(6, "/Type/XObject/Subtype/Image/Width 200/Height 400/ColorSpace/DeviceGray/BitsPerComponent 8", picture);
        for (var page = 0; page < 5; page++)
            pdf.SetStream(1000 + page, "", Encoding.ASCII.GetBytes($"BT /F1 12 Tf (page {page + 1}) Tj ET /Big Do"));

        pdf.Set(2, "<</Type/Pages/Count 5/Kids[10 0 R 11 0 R 12 0 R 13 0 R 14 0 R]/Resources<</Font<</F1 3 0 R>>/XObject<</Big 6 0 R>>>>>>");
        var bytes = pdf.Build();
        var (workers, pages) = Create(new ThumbnailOptions { MaxFileBytes = 150_000 });
        using var _ = workers;

        var texts = new List<string>();
        while (texts.Count < 5)
        {
            var made = await ExtractAsync(pages, bytes, [.. Enumerable.Range(texts.Count + 1, 5 - texts.Count)]);
            Assert.InRange(made.Count, 1, 2);
            texts.AddRange(made.Select(page => Assert.Single(SamplePdfs.Read(page))));
        }

        Assert.Equal(["page 1 200x100 0", "page 2 201x100 90", "page 3 202x100 180", "page 4 203x100 270", "page 5 204x100 0"], texts);
    }

    [Fact]
    public async Task Who_waits_too_long_for_a_turn_or_a_program_is_told_to_come_again()
    {
        var book = SamplePdfs.Book("one").Build();
        var (broken, without) = Create(new ThumbnailOptions { Program = "/nowhere/cozy" });
        using var _ = broken;
        Assert.Equal(ErrorKind.Unavailable, (await FailAsync(without, book, 1)).Kind);

        var (workers, pages) = Create(new ThumbnailOptions { Workers = 1, PageWait = TimeSpan.FromMilliseconds(50) });
        using var __ = workers;
        var (opened, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = pages.ExtractAsync(
            Source(book) with
            {
                OpenAsync = async _ =>
                {
                    opened.SetResult();
                    await release.Task;
                    return new MemoryStream(book);
                },
            },
            [1],
            TestContext.Current.CancellationToken);
        await opened.Task;
        Assert.Equal(ErrorKind.Unavailable, (await FailAsync(pages, book, 1)).Kind);
        release.SetResult();
        await (await first).DisposeAsync();
    }

    [Fact]
    public void A_costly_content_has_another_try_later()
    {
        var time = new FakeTimeProvider();
        var costly = new CostlyContents(time);
        var source = Source([1]);
        costly.Add(source);
        Assert.True(costly.Contains(source));
        Assert.False(costly.Contains(source with { InstanceId = "other" }));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(costly.Contains(source));
    }

    private static async Task<IReadOnlyList<byte[]>> ExtractAsync(PdfPages pages, byte[] content, params int[] numbers)
    {
        await using var made = await pages.ExtractAsync(Source(content), numbers, TestContext.Current.CancellationToken);
        var bytes = new List<byte[]>();
        for (var i = 0; i < made.Lengths.Count; i++)
        {
            using var page = new MemoryStream();
            await made.CopyToAsync(page, i, TestContext.Current.CancellationToken);
            bytes.Add(page.ToArray());
        }

        return bytes;
    }

    private static Task<CozyException> FailAsync(PdfPages pages, byte[] content, int page) => Assert.ThrowsAsync<CozyException>(
        () => pages.ExtractAsync(Source(content), [page], TestContext.Current.CancellationToken));

    private static PdfSource Source(byte[] content) => new(
        "tenant", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content)), content.Length,
        _ => Task.FromResult<Stream>(new MemoryStream(content)));

    private static (ThumbnailWorkers Workers, PdfPages Pages) Create(ThumbnailOptions options)
    {
        if (options.Program.Length == 0)
            options.Program = CozyProgram.Path;
        var workers = new ThumbnailWorkers(Options.Create(options), TimeProvider.System, NullLogger<ThumbnailWorkers>.Instance);
        return (workers, new PdfPages(workers, Options.Create(options), TimeProvider.System));
    }
}
