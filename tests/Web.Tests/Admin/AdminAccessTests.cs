using System.Net;
using System.Text;
using Cozy.Web.Admin;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Cozy.Web.Tests.Admin;

public sealed class AdminAccessTests
{
    private static readonly AdminSecret Secret = AdminSecret.Create("open sesame");

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:6060", 200)]
    [InlineData("127.0.0.1", "localhost:6060", 200)]
    [InlineData("::1", "[::1]:6060", 200)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", 200)]
    [InlineData("127.0.0.1", "rebound.example:6060", 403)]
    [InlineData("127.0.0.1", "localhost.example", 403)]
    [InlineData("127.0.0.1", "", 403)]
    [InlineData("10.0.0.7", "127.0.0.1:6060", 403)]
    public async Task Without_a_secret_only_this_machine_is_served(string peer, string host, int expected) =>
        Assert.Equal(expected, await AskAsync(null, Request(peer, host)));

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    public async Task A_web_page_is_refused_even_with_the_secret(string header, string value)
    {
        var request = Request("127.0.0.1", "localhost", "Basic " + Encode("admin:open sesame"));
        request.Request.Headers[header] = value;

        Assert.Equal(403, await AskAsync(Secret, request));
    }

    [Theory]
    [InlineData("admin:open sesame", 200)]
    [InlineData(":open sesame", 200)]
    [InlineData("admin:bad", 403)]
    [InlineData("admin:", 403)]
    [InlineData("open sesame", 401)]
    public async Task With_a_secret_whoever_knows_it_is_served(string credentials, int expected) =>
        Assert.Equal(expected, await AskAsync(Secret, Request("10.0.0.7", "admin.example", "Basic " + Encode(credentials))));

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer x")]
    [InlineData("Basic %%%")]
    public async Task With_a_secret_nobody_is_served_without_it_not_even_this_machine(string? authorization) =>
        Assert.Equal(401, await AskAsync(Secret, Request("127.0.0.1", "localhost", authorization)));

    private static DefaultHttpContext Request(string peer, string host, string? authorization = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Host = new HostString(host);
        if (authorization is not null)
            context.Request.Headers.Authorization = authorization;
        return context;
    }

    private static async Task<int> AskAsync(AdminSecret? secret, DefaultHttpContext context)
    {
        var reached = false;
        using var access = new AdminAccess(
            _ =>
            {
                reached = true;
                return Task.CompletedTask;
            },
            secret);
        await access.InvokeAsync(context);
        Assert.Equal(reached, context.Response.StatusCode == 200);
        return context.Response.StatusCode;
    }

    private static string Encode(string credentials) => Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
