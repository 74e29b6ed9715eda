using System.Globalization;
using System.IO.Compression;
using System.Text;
using Cozy.Grains.Apps;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Errors;
using Xunit;

namespace Cozy.Grains.Tests.Apps;

/// <summary>Archives made to exhaust who opens them: each is refused at its beginning, with little memory.</summary>
public sealed class HostileArchiveTests
{
    private const long EightGigabytes = 0x1FFFFFFFFL;
    private const long FewBytes = 3_000_000;

    private static readonly AppsOptions Limits = new() { MaxPackageBytes = 1_000_000, MaxFiles = 100 };

    [Theory]
    [InlineData('0', "1000000 bytes")]
    [InlineData('x', "names or attributes")]
    [InlineData('g', "names or attributes")]
    [InlineData('L', "names or attributes")]
    [InlineData('K', "names or attributes")]
    public void A_tar_with_one_enormous_entry_is_refused_at_its_beginning(char type, string why)
    {
        using var archive = new Endless(Header(type, EightGigabytes), repeats: false);
        Assert.Contains(why, Refuses(archive), StringComparison.Ordinal);
        Assert.InRange(archive.Consumed, 1, FewBytes);
    }

    [Theory]
    [InlineData('5')]
    [InlineData('0')]
    public void A_tar_of_a_million_entries_is_refused_at_its_beginning(char type)
    {
        using var archive = new Endless(Header(type, 0), repeats: true);
        Refuses(archive);
        Assert.InRange(archive.Consumed, 1, FewBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_zip_of_many_entries_is_refused_before_they_are_read(bool lies)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 20_000; i++)
                zip.CreateEntry($"folder-{i}/", CompressionLevel.NoCompression);
        }

        if (lies)
        {
            // The end says that there is one.
            var bytes = archive.GetBuffer().AsSpan(0, (int)archive.Length);
            var end = bytes.LastIndexOf("PK\x05\x06"u8);
            bytes[end + 8] = bytes[end + 10] = 1;
            bytes[end + 9] = bytes[end + 11] = 0;
        }

        archive.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("300 entries", Refuses(archive), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FewBytes);
    }

    [Fact]
    public void A_zip_that_unpacks_to_gigabytes_is_refused_while_it_is_unpacked()
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var content = zip.CreateEntry("zeros", CompressionLevel.Fastest).Open();
            for (var i = 0; i < 64; i++)
                content.Write(new byte[1 << 20]);
        }

        archive.Position = 0;
        Assert.Contains("1000000 bytes", Refuses(archive), StringComparison.Ordinal);
    }

    private static string Refuses(Stream archive)
    {
        using var package = new PackageSpool(Limits);
        var refusal = Assert.Throws<CozyException>(() => ArchiveReader.Read(archive, package, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.BadRequest, refusal.Kind);
        return refusal.Message;
    }

    private static byte[] Header(char type, long size)
    {
        var block = new byte[512];
        Encoding.ASCII.GetBytes("entry", block.AsSpan(0));
        Encoding.ASCII.GetBytes("0000644\0", block.AsSpan(100));
        Encoding.ASCII.GetBytes("0000000\0", block.AsSpan(108));
        Encoding.ASCII.GetBytes("0000000\0", block.AsSpan(116));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0", block.AsSpan(124));
        Encoding.ASCII.GetBytes("00000000000\0", block.AsSpan(136));
        block[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\000", block.AsSpan(257));
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = block.Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", block.AsSpan(148));
        return block;
    }

    /// <summary>An archive of many gigabytes that is made while it is read.</summary>
    /// <param name="head">What it begins with.</param>
    /// <param name="repeats">Whether that follows again and again; else zeros do.</param>
    private sealed class Endless(byte[] head, bool repeats) : Stream
    {
        private long _furthest;

        public long Consumed => _furthest;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => EightGigabytes * 2;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var at = Position++;
                buffer[offset + i] = repeats ? head[at % head.Length] : at < head.Length ? head[at] : (byte)0;
            }

            _furthest = Math.Max(_furthest, Position);
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"{offset} {origin}"));

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
