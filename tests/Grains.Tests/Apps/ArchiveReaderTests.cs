using System.Formats.Tar;
using System.IO.Compression;
using Cozy.Grains.Apps;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Errors;
using Xunit;

namespace Cozy.Grains.Tests.Apps;

public sealed class ArchiveReaderTests
{
    private static readonly AppsOptions Limits = new() { MaxPackageBytes = 1_000_000, MaxFiles = 100 };

    [Fact]
    public void A_tar_and_a_zip_are_unpacked()
    {
        foreach (var archive in new[] { Tar(("./a/b.txt", "x"), ("c.txt", "yy")), Zip(("a/b.txt", "x"), ("c.txt", "yy")) })
        {
            using var package = Read(archive);
            Assert.Equal(["a/b.txt", "c.txt"], package.Files.Keys);
            Assert.Equal("yy"u8.ToArray(), package.Read(package.Files["c.txt"]));
        }
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("a/../../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\..\\outside.txt")]
    [InlineData("a\nb")]
    public void A_path_that_leads_out_is_refused(string path)
    {
        Refuses(Tar((path, "x")));
        Refuses(Zip((path, "x")));
    }

    [Fact]
    public void Links_and_devices_are_refused()
    {
        foreach (var type in new[] { TarEntryType.SymbolicLink, TarEntryType.HardLink, TarEntryType.Fifo, TarEntryType.CharacterDevice })
        {
            using var buffer = new MemoryStream();
            using (var tar = new TarWriter(buffer, leaveOpen: true))
            {
                var entry = new PaxTarEntry(type, "evil");
                if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                    entry.LinkName = "/etc/passwd";
                tar.WriteEntry(entry);
            }

            Refuses(buffer.ToArray());
        }
    }

    [Fact]
    public void A_bomb_is_stopped_at_the_limit()
    {
        var bomb = new string('0', 2_000_000);
        Assert.Contains("1000000 bytes", Refuses(Zip(("zeros", bomb))), StringComparison.Ordinal);
        Assert.Contains("1000000 bytes", Refuses(Tar(("zeros", bomb))), StringComparison.Ordinal);
        Assert.Contains("100 files", Refuses(Tar([.. Enumerable.Range(0, 101).Select(i => ($"f{i}", "x"))])), StringComparison.Ordinal);
        Assert.Contains("two files", Refuses(Tar(("a", "x"), ("./a", "y"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no archive at all")]
    [InlineData("H4sIAAAAAAAA")]
    public void Garbage_is_refused(string content)
    {
        Refuses(System.Text.Encoding.UTF8.GetBytes(content + new string('x', content.Length * 200)));
        var half = Tar(("a.txt", new string('y', 5000)));
        Refuses(half[..(half.Length / 2)]);
    }

    private static PackageSpool Read(byte[] archive)
    {
        var package = new PackageSpool(Limits);
        try
        {
            ArchiveReader.Read(new MemoryStream(archive), package, TestContext.Current.CancellationToken);
            return package;
        }
        catch
        {
            package.Dispose();
            throw;
        }
    }

    private static string Refuses(byte[] archive)
    {
        var refusal = Assert.Throws<CozyException>(() => Read(archive));
        Assert.Equal(ErrorKind.BadRequest, refusal.Kind);
        return refusal.Message;
    }

    private static byte[] Tar(params (string Path, string Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)),
                });
            }
        }

        return buffer.ToArray();
    }

    private static byte[] Zip(params (string Path, string Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            foreach (var (path, content) in files)
            {
                using var writer = new StreamWriter(zip.CreateEntry(path).Open());
                writer.Write(content);
            }
        }

        return buffer.ToArray();
    }
}
