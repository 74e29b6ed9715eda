using System.Text.Json;

namespace Cozy.Web.Files.Metadata;

/// <summary>What the tags of music tell.</summary>
internal static class AudioTags
{
    private const int MaximumText = 1000;

    /// <summary>Writes the members; nothing when there are no tags, or none that can be read.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> head)
    {
        if (Read(head) is not { } tag)
            return;

        WriteText(json, "album", tag.Album);
        WriteText(json, "artist", tag.FirstPerformer ?? tag.FirstAlbumArtist);
        WriteText(json, "composer", tag.FirstComposer);
        WriteText(json, "genre", tag.FirstGenre);
        WriteText(json, "title", tag.Title);
        if (tag.Track > 0)
            json.WriteNumber("track", tag.Track);
        if (tag.Year > 0)
            json.WriteNumber("year", tag.Year);
    }

    private static TagLib.Tag? Read(ReadOnlyMemory<byte> head)
    {
        try
        {
            using var file = TagLib.File.Create(new HeadFile(head), TypeOf(head.Span), TagLib.ReadStyle.None);
            return file.Tag;
        }
        catch (Exception failure) when (failure is TagLib.CorruptFileException or TagLib.UnsupportedFormatException
            or IOException or ArgumentException or OverflowException or InvalidCastException or FormatException
            or IndexOutOfRangeException or NullReferenceException or NotImplementedException)
        {
            // A library that meets a damaged file may fail in many ways; none of them is worth more than no tags.
            return null;
        }
    }

    private static string TypeOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("fLaC"u8) ? "audio/flac"
        : head.StartsWith("OggS"u8) ? "audio/ogg"
        : head.Length >= 12 && head[4..].StartsWith("ftyp"u8) ? "audio/mp4"
        : "audio/mpeg";

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
            json.WriteString(name, text.Length > MaximumText ? text[..MaximumText] : text);
    }

    /// <summary>The first bytes of a file as the library wants them; it may read so much and no more.</summary>
    private sealed class HeadFile(ReadOnlyMemory<byte> head) : TagLib.File.IFileAbstraction
    {
        public string Name => "head";

        public Stream ReadStream { get; } = new BudgetStream(head.ToArray());

        public Stream WriteStream => Stream.Null;

        public void CloseStream(Stream stream) => stream.Dispose();
    }

    /// <summary>Ends loops that a damaged file may send a reader into.</summary>
    private sealed class BudgetStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        private int _left = 10_000;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (--_left < 0)
                throw new IOException("The file is read too often.");
            return base.Read(buffer, offset, count);
        }
    }
}
