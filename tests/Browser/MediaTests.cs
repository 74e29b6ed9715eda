using System.Buffers.Binary;
using Cozy.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>Films and sounds in the app Files: real ones, which the browser plays.</summary>
[Collection(AppTests.Name)]
public sealed class MediaTests(OwnerServer server)
{
    /// <summary>Plays what is shown until a while of it is over, and says how much was heard or seen.</summary>
    private const string Play = """
        media => new Promise((resolve, reject) => {
          media.onerror = () => reject(new Error(media.error?.message));
          media.ontimeupdate = () => media.currentTime > 0.2 && (media.pause(), resolve([media.duration, media.videoWidth ?? 0]));
          media.play().catch(reject);
        })
        """;

    private const string Seek = """
        (media, to) => new Promise((resolve, reject) => {
          media.onerror = () => reject(new Error(media.error?.message));
          media.onseeked = () => resolve(media.currentTime);
          media.currentTime = to;
        })
        """;

    [Fact]
    public async Task Films_and_sounds_are_played_and_only_what_is_played_is_fetched()
    {
        await using var owner = await server.MoveInAsync("player", "drive");
        var page = owner.Page;
        await owner.OpenFilesAsync(server, "player");
        await page.UploadAsync([Film("film.mp4", "video/mp4"), Film("film.webm", "video/webm"), Film("sound.ogg", "audio/ogg"), Tone("tone.wav", seconds: 60)]);
        await Expect(page.Locator(".uploads__done")).ToHaveCountAsync(4);
        await page.CloseUploadsAsync();
        var ranges = new List<(string File, string? Asked, int Status)>();
        page.Response += (_, response) =>
        {
            if (response.Url.Contains("/files/downloads/", StringComparison.Ordinal))
                ranges.Add((response.Url, response.Request.Headers.GetValueOrDefault("range"), response.Status));
        };

        foreach (var (name, element, seconds, width) in new[]
        {
            ("film.mp4", "video", 3, 160), ("film.webm", "video", 3, 160), ("sound.ogg", "audio", 3, 0), ("tone.wav", "audio", 60, 0),
        })
        {
            await page.Item(name).Locator("a").ClickAsync();
            var media = page.Locator(element);
            await Expect(media).ToHaveAttributeAsync("aria-label", name);
            var played = await media.EvaluateAsync<double[]>(Play);
            Assert.InRange(played[0], seconds - 0.2, seconds + 0.2);
            Assert.Equal(width, (int)played[1]);
            if (name == "film.mp4")
                await owner.SaveScreenshotAsync("files-film");
            if (name == "tone.wav")
            {
                await Accessibility.CheckAsync(page);
                await owner.SaveScreenshotAsync("files-sound");
                Assert.InRange(await media.EvaluateAsync<double>(Seek, 55), 54.9, 55.1);
            }

            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator(".viewer")).ToHaveCountAsync(0);
        }

        Assert.All(ranges, range => Assert.Equal((true, 206), (range.Asked is not null, range.Status)));
        var ofTone = ranges.Where(range => range.File.Contains("tone.wav", StringComparison.Ordinal)).Select(range => range.Asked);
        Assert.Contains("bytes=0-", ofTone);
        Assert.Contains(ofTone, asked => asked!.StartsWith("bytes=", StringComparison.Ordinal) && long.Parse(asked.Split('=', '-')[1], System.Globalization.CultureInfo.InvariantCulture) > 1_000_000);
    }

    private static FilePayload Film(string name, string type) => new()
    {
        Name = name,
        MimeType = type,
        Buffer = File.ReadAllBytes(RepositoryFolder.Under("tests", "Browser", "Media", name)),
    };

    /// <summary>A tone, uncompressed, so that it is much: 96 KB a second.</summary>
    private static FilePayload Tone(string name, int seconds)
    {
        const int Rate = 48_000;
        const int HeadSize = 44;
        var content = new byte[HeadSize + (seconds * Rate * sizeof(short))];
        var head = content.AsSpan();
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], content.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], Rate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], Rate * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], content.Length - HeadSize);
        for (var i = 0; i < seconds * Rate; i++)
            BinaryPrimitives.WriteInt16LittleEndian(head[(HeadSize + (i * sizeof(short)))..], (short)(8000 * Math.Sin(i * 440 * 2 * Math.PI / Rate)));
        return new() { Name = name, MimeType = "audio/wav", Buffer = content };
    }
}
