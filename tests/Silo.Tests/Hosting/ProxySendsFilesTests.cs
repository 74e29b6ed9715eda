using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>A real nginx in front, with the configuration that <c>deploy/nginx</c> has for it.</summary>
public sealed class ProxySendsFilesTests
{
    private const string Nginx = "/usr/sbin/nginx";

    [Fact]
    public async Task Nginx_sends_the_contents_and_nothing_of_the_answer_is_lost()
    {
        Assert.SkipUnless(File.Exists(Nginx), "nginx is not installed");
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var server = await CozyServer.StartAsync(
            ["--data", folder.Path, "--no-first-instance"],
            new Dictionary<string, string> { ["COZY_Web__AccelLocation"] = "/cozy-files/" }, cancellationToken: cancellationToken);
        var port = FreePort.Next();
        using var nginx = await StartAsync(folder.Path, port, server.Url);
        try
        {
            var domain = $"nginx.localhost:{port}";
            await server.CliAsync("instances", "add", domain);
            using var client = new CozyClient(
                new Uri($"http://127.0.0.1:{port}"), domain, await server.CliAsync("instances", "token-cli", domain, "io.cozy.files"));
            var bytes = RandomNumberGenerator.GetBytes(300_000);
            var id = await client.UploadAsync("bytes.bin", bytes, cancellationToken);

            using var direct = new CozyClient(server.Url, domain, client.Token);
            using (var bare = await direct.SendAsync(HttpMethod.Get, $"/files/download/{id}", null, cancellationToken))
                Assert.StartsWith("/cozy-files/cozy", Assert.Single(bare.Headers.GetValues("X-Accel-Redirect")), StringComparison.Ordinal);

            using var whole = await GetAsync(client, id);
            Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync(cancellationToken));
            Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType?.ToString());
            Assert.Equal("inline; filename=\"bytes.bin\"", whole.Content.Headers.ContentDisposition?.ToString());
            Assert.Equal($"\"{Convert.ToBase64String(MD5.HashData(bytes))}\"", whole.Headers.ETag?.ToString());
            Assert.Contains("default-src 'none'", Assert.Single(whole.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(whole.Headers.GetValues("X-Content-Type-Options")));
            Assert.False(whole.Headers.Contains("X-Accel-Redirect"));

            using var part = await GetAsync(client, id, request => request.Range = new RangeHeaderValue(1000, 1999));
            Assert.Equal(206, (int)part.StatusCode);
            Assert.Equal(bytes[1000..2000], await part.Content.ReadAsByteArrayAsync(cancellationToken));
            using var known = await GetAsync(client, id, request => request.IfNoneMatch.Add(whole.Headers.ETag!));
            Assert.Equal(304, (int)known.StatusCode);
            using var same = await GetAsync(client, id, request => request.IfMatch.Add(whole.Headers.ETag!));
            Assert.Equal(bytes, await same.Content.ReadAsByteArrayAsync(cancellationToken));
            using var resumed = await GetAsync(client, id, request =>
                (request.Range, request.IfRange) = (new RangeHeaderValue(299_999, null), new RangeConditionHeaderValue(whole.Headers.ETag!)));
            Assert.Equal(bytes[299_999..], await resumed.Content.ReadAsByteArrayAsync(cancellationToken));

            // The place is nginx' own, and nobody else's.
            using var stranger = new HttpClient();
            using var refused = await stranger.GetAsync(new Uri($"http://127.0.0.1:{port}/cozy-files/"), cancellationToken);
            Assert.Equal(404, (int)refused.StatusCode);
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(CozyClient client, string id, Action<HttpRequestHeaders>? change = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.Server, $"/files/download/{id}"));
        request.Headers.Host = client.Domain;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", client.Token);
        change?.Invoke(request.Headers);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<Process> StartAsync(string data, int port, Uri server)
    {
        var files = (await File.ReadAllTextAsync(RepositoryFolder.Under("deploy", "nginx", "cozy-files.conf")))
            .Replace("/srv/cozy/files/", Path.Combine(data, "files") + "/", StringComparison.Ordinal);
        var configuration = Path.Combine(data, "nginx.conf");
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }
            .Select(kind => $"{kind}_temp_path {data}/nginx-{kind};\n"));
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            user {{Environment.UserName}};
            pid {{data}}/nginx.pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              {{temporary}}
              server {
                listen 127.0.0.1:{{port}};
                client_max_body_size 0;
                location / { proxy_pass {{server}}; proxy_set_header Host $http_host; }
                {{files}}
              }
            }
            """);
        var process = Process.Start(new ProcessStartInfo(Nginx, ["-c", configuration]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/version"));
                return process;
            }
            catch (HttpRequestException) when (attempt < 200 && !process.HasExited)
            {
                await Task.Delay(25);
            }
        }
    }
}
