using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cozy.Testing;

namespace Cozy.Browser.Tests;

/// <summary>An instance with a small app that shows shared albums, and an album in it.</summary>
internal sealed class SharedAlbum(CozyServer server, string domain, string token)
{
    private const string Albums = "io.cozy.photos.albums";
    private const string Root = "io.cozy.files.root-dir";

    private static readonly HttpClient Client = new();

    // What an app does with a link: who may see what is in the permission, the photos are what refers to the album.
    private const string Script =
        """
        const cozy = JSON.parse(document.querySelector('[data-cozy]').dataset.cozy)
        const gallery = document.querySelector('main')
        const ask = path => fetch(`//${cozy.domain}${path}`, { headers: { Authorization: `Bearer ${cozy.token}` }, credentials: 'include' })
        const show = async () => {
          const self = await ask('/permissions/self')
          if (!self.ok) return (gallery.textContent = 'This link leads nowhere.')
          const [album] = (await self.json()).data.attributes.permissions.show.values
          const name = (await (await ask(`/data/io.cozy.photos.albums/${album}`)).json()).name
          const photos = await (await ask(`/data/io.cozy.photos.albums/${album}/relationships/references?include=files`)).json()
          document.querySelector('h1').textContent = name
          for (const photo of photos.included) {
            const image = document.createElement('img')
            image.alt = photo.attributes.name
            image.src = `//${cozy.domain}${photo.links.small}`
            gallery.append(image)
          }
        }
        show()
        """;

    /// <summary>Installs the app and makes the album.</summary>
    public static async Task<SharedAlbum> CreateAsync(CozyServer server, string name, DirectoryInfo folder)
    {
        var domain = $"{name}.localhost:{server.Port}";
        await server.CliAsync("instances", "add", domain, "--passphrase", "lantern ferry walnut", "--public-name", "Alice");
        folder.CreateSubdirectory("public");
        Write("manifest.webapp", """
            {"name":"Gallery","slug":"gallery","version":"1.0.0","type":"webapp","routes":{"/public":{"folder":"/public","index":"index.html","public":true}},
             "permissions":{"files":{"type":"io.cozy.files"},"albums":{"type":"io.cozy.photos.albums"}}}
            """);
        Write("public/index.html", """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Gallery</title></head>
            <body data-cozy="{{.CozyData}}"><h1>Gallery</h1><main></main><script src="/public/gallery.js"></script></body></html>
            """);
        Write("public/gallery.js", Script);
        await server.CliAsync("apps", "install", "gallery", $"file://{folder.FullName}", "--domain", domain);
        var token = (await server.CliAsync("instances", "token-cli", domain, "io.cozy.files", Albums)).Trim();
        return new SharedAlbum(server, domain, token);

        void Write(string path, string text) => File.WriteAllText(Path.Combine(folder.FullName, path), text);
    }

    /// <summary>Makes an album of two photos beside a private one, and a link to it; returns the link's address.</summary>
    /// <param name="more">More attributes of the permission, each with a comma before.</param>
    public async Task<(string Address, string Id)> ShareAsync(string more = "")
    {
        var album = (await AskAsync("POST", $"/data/{Albums}/", """{"name":"Holidays"}""")).GetProperty("id").GetString()!;
        foreach (var name in new[] { "beach", "harbour", "passport" })
        {
            var photo = await AskAsync("POST", $"/files/{Root}?Type=file&Name={name}-{Guid.NewGuid():N}.png", SampleImages.Png(300, 200));
            if (name != "passport")
            {
                var id = photo.GetProperty("data").GetProperty("id").GetString();
                await AskAsync("POST", $"/files/{id}/relationships/referenced_by", $$"""{"data":[{"type":"{{Albums}}","id":"{{album}}"}]}""");
            }
        }

        var link = (await AskAsync("POST", "/permissions?codes=friend", $$$"""
            {"data":{"type":"io.cozy.permissions","attributes":{"permissions":{
              "show":{"type":"{{{Albums}}}","verbs":["GET"],"values":["{{{album}}}"]},
              "photos":{"type":"io.cozy.files","verbs":["GET"],"values":["{{{Albums}}}/{{{album}}}"],"selector":"referenced_by"}}{{{more}}}}}}
            """)).GetProperty("data");
        var code = link.GetProperty("attributes").GetProperty("shortcodes").GetProperty("friend").GetString();
        return ($"http://gallery.{domain}/public?sharecode={code}", link.GetProperty("id").GetString()!);
    }

    /// <summary>Takes a link back.</summary>
    public Task RevokeAsync(string id) => AskAsync("DELETE", $"/permissions/{id}", "");

    private Task<JsonElement> AskAsync(string method, string target, string json) =>
        AskAsync(method, target, new StringContent(json, Encoding.UTF8, "application/json"));

    private Task<JsonElement> AskAsync(string method, string target, byte[] image) =>
        AskAsync(method, target, new ByteArrayContent(image) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } });

    private async Task<JsonElement> AskAsync(string method, string target, HttpContent content)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Url, target)) { Content = content };
        request.Headers.Host = domain;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {target}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
