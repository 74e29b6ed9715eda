using System.Net.Http.Headers;
using Cozy.Storage.Blobs;
using Cozy.Testing;
using Cozy.Web.Thumbnails;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Web.Tests.Thumbnails;

public sealed class ThumbnailTests(TestServer server)
{
    private const string Scope = "io.cozy.files";

    [Fact]
    public async Task A_thumbnail_is_made_when_it_is_asked_for_and_needs_no_token()
    {
        var (cozy, id) = await UploadAsync("photo.png", "image/png", SampleImages.Png(1000, 500));
        foreach (var (format, size) in new[] { ("tiny", (96, 48)), ("small", (640, 320)), ("medium", (1000, 500)), ("large", (1000, 500)) })
        {
            var answer = (await cozy.AskAsync("GET", Path(cozy, id, format))).Expect(200);
            Assert.Equal("image/jpeg", answer.Headers["Content-Type"]);
            Assert.Equal(size, SampleImages.JpegSize(answer.Bytes));
            (await cozy.AskAsync("GET", Path(cozy, id, format), change: request =>
                request.Headers.TryAddWithoutValidation("If-None-Match", answer.Headers["ETag"]))).Expect(304);
        }
    }

    [Theory]
    [InlineData("broken.png", "image/png")]
    [InlineData("text.txt", "text/plain")]
    public async Task Where_none_can_be_made_a_placeholder_is_shown(string name, string type)
    {
        var (cozy, id) = await UploadAsync(name, type, "no image"u8.ToArray());
        for (var time = 0; time < 2; time++)
        {
            var answer = (await cozy.AskAsync("GET", Path(cozy, id, "small"))).Expect(404);
            Assert.Equal("image/png", answer.Headers["Content-Type"]);
            Assert.StartsWith("\u0089PNG", System.Text.Encoding.Latin1.GetString(answer.Bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_secret_is_good_for_its_file_and_its_time_alone()
    {
        var (cozy, id) = await UploadAsync("photo.png", "image/png", SampleImages.Png(10, 5));
        var (other, otherId) = await UploadAsync("photo.png", "image/png", SampleImages.Png(10, 5));
        var secrets = server.Services.GetRequiredService<ThumbnailSecrets>();
        var good = secrets.Make(cozy.Instance, id);
        var past = new ThumbnailSecrets(new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(21)));
        string[] bad =
        [
            "", "x", "719bb5f71f9233be", good[..^1], good + "A", good[..8] + new string('A', good.Length - 8),
            "ffffffff" + good[8..], secrets.Make(other.Instance, id), secrets.Make(cozy.Instance, otherId), past.Make(cozy.Instance, id),
        ];
        foreach (var secret in bad.Where(secret => secret.Length > 0))
            (await cozy.AskAsync("GET", $"/files/{id}/thumbnails/{secret}/tiny")).Expect(400);
        (await cozy.AskAsync("GET", $"/files/{id}/thumbnails/{good}/huge")).Expect(404);
        (await cozy.AskAsync("GET", $"/files/{id}/thumbnails/{good}/tiny")).Expect(200);
    }

    private string Path(Cozy cozy, string id, string format) =>
        $"/files/{id}/thumbnails/{server.Services.GetRequiredService<ThumbnailSecrets>().Make(cozy.Instance, id)}/{format}";

    private async Task<(Cozy Cozy, string Id)> UploadAsync(string name, string type, byte[] bytes)
    {
        var cozy = await server.CreateInstanceAsync();
        var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        var answer = (await cozy.AskAsync("POST", $"/files/?Type=file&Name={name}", Scope, body)).Expect(201);
        return (cozy, answer.Data.GetProperty("id").GetString()!);
    }
}
