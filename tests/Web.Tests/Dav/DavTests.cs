using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Cozy.Web.Tests.Dav;

public sealed class DavTests(TestServer server)
{
    private const string All = "io.cozy.files";
    private const string LockBody =
        "<D:lockinfo xmlns:D='DAV:'><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>";

    /// <summary>The short code of a link to all files, which is what an app password is.</summary>
    public static async Task<string> MakePasswordAsync(Cozy cozy, string rule = "{\"type\":\"io.cozy.files\",\"verbs\":[\"ALL\"]}") =>
        (await MakeLinkAsync(cozy, rule)).Password;

    [Theory]
    [InlineData("PROPFIND", "/dav/files/", "Depth: infinity", null, 403)]
    [InlineData("PROPFIND", "/dav/files/", null, null, 403)]
    [InlineData("PROPFIND", "/dav/files/", "Depth: 7", null, 400)]
    [InlineData("PROPFIND", "/dav/files/", "Depth: 1", null, 207)]
    [InlineData("PROPFIND", "/dav/files/", "Depth: 0", "<!DOCTYPE a [<!ENTITY b 'c'>]><propfind xmlns='DAV:'><prop>&b;</prop></propfind>", 400)]
    [InlineData("PROPFIND", "/dav/files/", "Depth: 0", "<propfind xmlns='DAV:'>", 400)]
    [InlineData("PROPFIND", "/dav/files/", "Depth: 0", "<propertyupdate xmlns='DAV:'/>", 400)]
    [InlineData("PROPFIND", "/dav/files/none", "Depth: 0", null, 404)]
    [InlineData("PROPFIND", "/dav/files/.cozy_trash/", "Depth: 1", null, 404)]
    [InlineData("GET", "/dav/files/.cozy_trash/x", null, null, 404)]
    [InlineData("GET", "/dav/files/", null, null, 405)]
    [InlineData("GET", "/dav/files/%2e%2e/x", null, null, 404)]
    [InlineData("GET", "/dav/files/a%2fb", null, null, 400)]
    [InlineData("PUT", "/dav/files/", null, "x", 405)]
    [InlineData("PUT", "/dav/files/none/a.txt", null, "x", 409)]
    [InlineData("PUT", "/dav/files/a.txt", "Content-Range: bytes 0-0/9", "x", 400)]
    [InlineData("PUT", "/dav/files/a.txt", "If-Match: \"x\"", "x", 412)]
    [InlineData("PUT", "/dav/files/a.txt", "If: (<urn:uuid:gone>)", "x", 412)]
    [InlineData("PUT", "/dav/files/a.txt", "If: (", "x", 400)]
    [InlineData("PUT", "/dav/files/a.txt", null, "x", 201)]
    [InlineData("PUT", "/dav/files/a.txt", "OC-Checksum: MD5:9dd4e461268c8034f5c8564e155c67a6", "x", 201)]
    [InlineData("PUT", "/dav/files/a.txt", "OC-Checksum: SHA1:11f6ad8ec52a2984abaafd7c3b516503785c2072 MD5:00000000000000000000000000000000", "x", 412)]
    [InlineData("PUT", "/dav/files/a.txt", "OC-Checksum: MD5:x", "x", 400)]
    [InlineData("MKCOL", "/dav/files/none/a", null, null, 409)]
    [InlineData("MKCOL", "/dav/files/Photos", null, null, 405)]
    [InlineData("MKCOL", "/dav/files/a", null, "x", 415)]
    [InlineData("DELETE", "/dav/files/", null, null, 403)]
    [InlineData("DELETE", "/dav/files/Photos", null, null, 204)]
    [InlineData("MOVE", "/dav/files/Photos", null, null, 400)]
    [InlineData("MOVE", "/dav/files/Photos", "Destination: http://elsewhere.example/dav/files/x", null, 502)]
    [InlineData("MOVE", "/dav/files/Photos", "Destination: /files/x", null, 502)]
    [InlineData("MOVE", "/dav/files/Photos", "Destination: /dav/files/Photos/x", null, 403)]
    [InlineData("MOVE", "/dav/files/Photos", "Destination: /dav/files/.cozy_trash/x", null, 404)]
    [InlineData("MOVE", "/dav/files/Photos", "Destination: /dav/files/x", null, 201)]
    [InlineData("COPY", "/dav/files/Photos", "Destination: /dav/files/x/y", null, 409)]
    [InlineData("UNLOCK", "/dav/files/Photos", "Lock-Token: <urn:uuid:none>", null, 409)]
    [InlineData("UNLOCK", "/dav/files/Photos", null, null, 400)]
    [InlineData("PUT", "/dav/files/a.txt", "Content-Encoding: gzip", "x", 415)]
    [InlineData("OPTIONS", "/dav/files/", null, null, 200)]
    [InlineData("OPTIONS", "/dav", null, null, 200)]
    [InlineData("OPTIONS", "/", null, null, 200)]
    [InlineData("POST", "/dav/files/", null, "x", 405)]
    public async Task A_request_is_answered_by_the_book(string method, string target, string? header, string? body, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await AskAsync(cozy, method, target, All, body, header)).Expect(status);
    }

    [Theory]
    [InlineData("<a>", 100)]
    [InlineData("<a>", 300_000)]
    public async Task Xml_that_is_too_deep_or_too_long_is_refused(string open, int count)
    {
        var cozy = await server.CreateInstanceAsync();
        var body = $"<propfind xmlns='DAV:'><prop>{string.Concat(Enumerable.Repeat(open, count))}{string.Concat(Enumerable.Repeat("</a>", count))}</prop></propfind>";
        (await AskAsync(cozy, "PROPFIND", "/dav/files/", All, body, "Depth: 0")).Expect(count > 1000 ? 413 : 400);
    }

    [Fact]
    public async Task Who_shows_no_good_token_is_asked_for_a_password()
    {
        var cozy = await server.CreateInstanceAsync();
        var other = await server.CreateInstanceAsync();
        foreach (var password in new[] { null, "wrong", other.Token(All), await MakePasswordAsync(other) })
        {
            var answer = (await BasicAsync(cozy, "PROPFIND", password)).Expect(401);
            Assert.StartsWith("Basic realm=", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }

        (await BasicAsync(cozy, "PROPFIND", cozy.Token(All))).Expect(207);
    }

    [Fact]
    public async Task An_app_password_works_until_it_is_revoked()
    {
        var cozy = await server.CreateInstanceAsync();
        var (id, password) = await MakeLinkAsync(cozy, "{\"type\":\"io.cozy.files\",\"verbs\":[\"ALL\"]}");
        (await BasicAsync(cozy, "PROPFIND", password)).Expect(207);
        (await cozy.AskAsync("DELETE", $"/permissions/{id}", "io.cozy.files io.cozy.permissions")).Expect(204);
        (await BasicAsync(cozy, "PROPFIND", password)).Expect(401);
    }

    [Fact]
    public async Task A_token_reaches_no_further_than_its_scope()
    {
        var cozy = await server.CreateInstanceAsync();
        (await AskAsync(cozy, "MKCOL", "/dav/files/Mine", All)).Expect(201);
        (await AskAsync(cozy, "PUT", "/dav/files/Mine/a.txt", All, "a")).Expect(201);
        (await AskAsync(cozy, "PUT", "/dav/files/other.txt", All, "b")).Expect(201);
        var mine = $"io.cozy.files:ALL:{await IdAsync(cozy, "/Mine")}";

        (await AskAsync(cozy, "GET", "/dav/files/Mine/a.txt", mine)).Expect(200);
        (await AskAsync(cozy, "GET", "/dav/files/other.txt", mine)).Expect(403);
        (await AskAsync(cozy, "PUT", "/dav/files/other.txt", mine, "c")).Expect(403);
        (await AskAsync(cozy, "MOVE", "/dav/files/Mine/a.txt", mine, null, "Destination: /dav/files/a.txt")).Expect(403);
        (await AskAsync(cozy, "COPY", "/dav/files/other.txt", mine, null, "Destination: /dav/files/Mine/o.txt")).Expect(403);
        (await AskAsync(cozy, "COPY", "/dav/files/Mine/a.txt", mine, null, "Destination: /dav/files/other.txt")).Expect(403);
        foreach (var method in new[] { "PUT", "MKCOL", "DELETE", "LOCK", "PROPPATCH" })
            (await AskAsync(cozy, method, "/dav/files/Mine/a.txt", "io.cozy.files:GET", method == "MKCOL" ? null : "x")).Expect(403);
        Assert.Equal("b", (await AskAsync(cozy, "GET", "/dav/files/other.txt", All)).Text);
    }

    [Fact]
    public async Task Over_the_quota_there_is_no_room()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { DiskQuota = 10 });
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "more than ten bytes")).Expect(507);
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "few")).Expect(201);
    }

    [Fact]
    public async Task A_lock_keeps_others_out_until_it_ends()
    {
        var cozy = await server.CreateInstanceAsync();
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "a")).Expect(201);
        var held = (await AskAsync(cozy, "LOCK", "/dav/files/a.txt", All, LockBody, "Timeout: Second-600")).Expect(200).Headers["Lock-Token"];
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "b")).Expect(423);
        (await AskAsync(cozy, "DELETE", "/dav/files/a.txt", All)).Expect(423);
        (await AskAsync(cozy, "MOVE", "/dav/files/a.txt", All, null, "Destination: /dav/files/b.txt")).Expect(423);
        (await AskAsync(cozy, "LOCK", "/dav/files/a.txt", All, LockBody)).Expect(423);
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "c", $"If: ({held})")).Expect(204);
        (await AskAsync(cozy, "UNLOCK", "/dav/files/a.txt", All, null, $"Lock-Token: {held}")).Expect(204);
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "d")).Expect(204);
        Assert.Equal("d", (await AskAsync(cozy, "GET", "/dav/files/a.txt", All)).Text);
    }

    [Fact]
    public async Task Properties_of_clients_go_where_the_file_goes()
    {
        var cozy = await server.CreateInstanceAsync();
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "a")).Expect(201);
        const string set = "<propertyupdate xmlns='DAV:' xmlns:x='urn:x'><set><prop><x:mood xml:lang='en'>calm &amp; <x:very/></x:mood></prop></set></propertyupdate>";
        (await AskAsync(cozy, "PROPPATCH", "/dav/files/a.txt", All, set)).Expect(207);
        (await AskAsync(cozy, "MOVE", "/dav/files/a.txt", All, null, "Destination: /dav/files/b.txt")).Expect(201);
        (await AskAsync(cozy, "COPY", "/dav/files/b.txt", All, null, "Destination: /dav/files/c.txt")).Expect(201);
        foreach (var name in new[] { "b.txt", "c.txt" })
        {
            var found = (await AskAsync(cozy, "PROPFIND", $"/dav/files/{name}", All, null, "Depth: 0")).Expect(207).Text;
            Assert.Contains("calm &amp; <x:very", found, StringComparison.Ordinal);
            Assert.Contains("xml:lang=\"en\"", found, StringComparison.Ordinal);
        }

        const string computed = "<propertyupdate xmlns='DAV:'><set><prop><getetag>x</getetag><a xmlns='urn:x'/></prop></set></propertyupdate>";
        var refused = (await AskAsync(cozy, "PROPPATCH", "/dav/files/b.txt", All, computed)).Expect(207).Text;
        Assert.Contains("403 Forbidden", refused, StringComparison.Ordinal);
        Assert.Contains("424 Failed Dependency", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<lastmodified>2000000000</lastmodified>", 200, true)]
    [InlineData("<getlastmodified>Wed, 18 May 2033 03:33:20 GMT</getlastmodified>", 200, true)]
    [InlineData("<lastmodified>2000000000</lastmodified><o:checksums xmlns:o='http://owncloud.org/ns'><o:checksum>MD5:0cc175b9c0f1b6a831c399e269772661</o:checksum></o:checksums>", 200, true)]
    [InlineData("<lastmodified>2000000000</lastmodified><o:checksums xmlns:o='http://owncloud.org/ns'><o:checksum>MD5:00</o:checksum></o:checksums>", 403, false)]
    [InlineData("<lastmodified>86400</lastmodified>", 403, false)]
    [InlineData("<getlastmodified>yesterday</getlastmodified>", 403, false)]
    [InlineData("<w:Win32LastModifiedTime xmlns:w='urn:schemas-microsoft-com:'>Wed, 18 May 2033 03:33:20 GMT</w:Win32LastModifiedTime>", 200, true)]
    [InlineData("<w:Win32LastModifiedTime xmlns:w='urn:schemas-microsoft-com:'>Fri, 02 Jan 1970 00:00:00 GMT</w:Win32LastModifiedTime>", 200, false)]
    public async Task A_client_sets_the_time_of_the_last_change_or_is_told_that_it_cannot(string properties, int status, bool isSet)
    {
        const string wanted = "Wed, 18 May 2033 03:33:20 GMT";
        var cozy = await server.CreateInstanceAsync();
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "a")).Expect(201);
        var body = $"<propertyupdate xmlns='DAV:'><set><prop>{properties}</prop></set></propertyupdate>";
        Assert.Contains($"HTTP/1.1 {status} ", (await AskAsync(cozy, "PROPPATCH", "/dav/files/a.txt", All, body)).Expect(207).Text, StringComparison.Ordinal);
        var found = (await AskAsync(cozy, "PROPFIND", "/dav/files/a.txt", All, null, "Depth: 0")).Expect(207).Text;
        Assert.Equal(isSet, found.Contains($"<D:getlastmodified>{wanted}</D:getlastmodified>", StringComparison.Ordinal));
        Assert.Equal(properties.Contains("Win32", StringComparison.Ordinal), found.Contains("Win32LastModifiedTime", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_new_in_a_locked_folder_is_locked_by_its_holder_alone()
    {
        var cozy = await server.CreateInstanceAsync();
        var held = (await AskAsync(cozy, "LOCK", "/dav/files/Photos", All, LockBody, "Depth: 0")).Expect(200).Headers["Lock-Token"];
        (await AskAsync(cozy, "LOCK", "/dav/files/Photos/new.txt", All, LockBody)).Expect(423);
        (await AskAsync(cozy, "LOCK", "/dav/files/Photos/new.txt", All, LockBody, $"If: </dav/files/Photos> ({held})")).Expect(201);
    }

    [Fact]
    public async Task A_destination_may_name_the_port_that_its_scheme_has_anyway()
    {
        var cozy = await server.CreateInstanceAsync();
        foreach (var (address, name) in new[] { ($"http://{cozy.Instance.Domain}:80", "x"), ($"https://{cozy.Instance.Domain}:443", "y"), ($"https://{cozy.Instance.Domain}", "z%2B+%25") })
            (await AskAsync(cozy, "COPY", "/dav/files/Photos", All, null, $"Destination: {address}/dav/files/{name}")).Expect(201);
        (await AskAsync(cozy, "COPY", "/dav/files/Photos", All, null, $"Destination: https://{cozy.Instance.Domain}:80/dav/files/w")).Expect(502);
        Assert.NotEmpty(await IdAsync(cozy, "/z++%"));
    }

    [Fact]
    public async Task What_is_deleted_or_overwritten_can_be_had_back()
    {
        var cozy = await server.CreateInstanceAsync();
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "one")).Expect(201);
        (await AskAsync(cozy, "PUT", "/dav/files/a.txt", All, "two")).Expect(204);
        var file = (await cozy.AskAsync("GET", $"/files/{await IdAsync(cozy, "/a.txt")}", All)).Expect(200);
        Assert.Single(file.Data.GetProperty("relationships").GetProperty("old_versions").GetProperty("data").EnumerateArray());
        (await AskAsync(cozy, "DELETE", "/dav/files/a.txt", All)).Expect(204);
        var trash = (await cozy.AskAsync("GET", "/files/trash", All)).Expect(200);
        Assert.Equal("a.txt", trash.Data[0].GetProperty("attributes").GetProperty("name").GetString());
    }

    private static async Task<(string Id, string Password)> MakeLinkAsync(Cozy cozy, string rule)
    {
        var body = Cozy.Json($"{{\"data\":{{\"type\":\"io.cozy.permissions\",\"attributes\":{{\"permissions\":{{\"files\":{rule}}}}}}}}}");
        var data = (await cozy.AskAsync("POST", "/permissions?codes=laptop", "io.cozy.files io.cozy.permissions", body)).Expect(200).Data;
        return (data.GetProperty("id").GetString()!, data.GetProperty("attributes").GetProperty("shortcodes").GetProperty("laptop").GetString()!);
    }

    private static async Task<string> IdAsync(Cozy cozy, string path) =>
        (await cozy.AskAsync("GET", $"/files/metadata?Path={Uri.EscapeDataString(path)}", All)).Expect(200).Data.GetProperty("id").GetString()!;

    private static Task<Answer> BasicAsync(Cozy cozy, string method, string? password) =>
        cozy.AskAsync(method, "/dav/files/", change: request =>
        {
            request.Headers.Add("Depth", "0");
            if (password is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{password}")));
        });

    private static Task<Answer> AskAsync(
        Cozy cozy, string method, string target, string scope, string? body = null, string? header = null)
    {
        var content = body is null ? null : new StringContent(body, Encoding.UTF8, "text/plain");
        return cozy.AskAsync(method, target, scope, content, request =>
        {
            if (header is null)
                return;
            var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            if (!request.Headers.TryAddWithoutValidation(name, value))
                content!.Headers.TryAddWithoutValidation(name, value);
        });
    }
}
