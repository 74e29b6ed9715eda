using Cozy.Grains.Instances;
using Cozy.Web.Instances;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Http;

public sealed class EdgeTests(TestServer server)
{
    [Fact]
    public async Task An_unknown_host_is_404_in_the_form_the_client_takes()
    {
        var cozy = await server.CreateInstanceAsync();
        void AskNobody(HttpRequestMessage request) => request.Headers.Host = $"{Guid.NewGuid():N}.localhost";
        var page = (await cozy.AskAsync("GET", "/data/", change: AskNobody)).Expect(404);
        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        var json = (await cozy.AskAsync("GET", "/data/", change: request =>
        {
            AskNobody(request);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
        })).Expect(404);
        Assert.Equal("""{"error":"Instance not found"}""", json.Text);
    }

    [Theory]
    [InlineData("GET", "/status", 200)]
    [InlineData("GET", "/status/", 200)]
    [InlineData("HEAD", "/status", 200)]
    [InlineData("GET", "/version", 200)]
    [InlineData("GET", "/version/", 200)]
    [InlineData("GET", "/connection_check", 204)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/health/ready", 200)]
    [InlineData("POST", "/version", 405)]
    public async Task The_state_of_the_server_is_told_on_any_host(string method, string target, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync(method, target, change: request => request.Headers.Host = "ghost.localhost")).Expect(status);
    }

    [Fact]
    public async Task Status_and_version_have_the_recorded_members()
    {
        var cozy = await server.CreateInstanceAsync();
        var status = (await cozy.AskAsync("GET", "/status")).Expect(200).Json;
        Assert.Equal(["cache", "couchdb", "fs", "latency", "message", "status"], status.EnumerateObject().Select(member => member.Name));
        Assert.Equal("OK", status.GetProperty("status").GetString());
        var version = (await cozy.AskAsync("GET", "/version")).Expect(200).Json;
        Assert.Equal(["build_mode", "build_time", "runtime_version", "version"], version.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_and_the_security_headers()
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync("GET", "/files/none")).Expect(401);
        Assert.NotEmpty(answer.Headers["X-Request-Id"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("default-src 'none';frame-src 'none';frame-ancestors 'none';base-uri 'none';", answer.Headers["Content-Security-Policy"]);
        Assert.False(answer.Headers.ContainsKey("Server"));

        var named = await cozy.AskAsync("GET", "/data/", change: request => request.Headers.Add("X-Request-Id", "abc-123"));
        Assert.Equal("abc-123", named.Headers["X-Request-Id"]);
        var insane = await cozy.AskAsync("GET", "/data/", change: request => request.Headers.Add("X-Request-Id", "a<b>"));
        Assert.NotEqual("a<b>", insane.Headers["X-Request-Id"]);
    }

    [Fact]
    public async Task Other_origins_may_call_the_api_and_see_its_errors_but_not_the_login()
    {
        var cozy = await server.CreateInstanceAsync();
        void FromElsewhere(HttpRequestMessage request) => request.Headers.Add("Origin", "https://other.example");
        var error = (await cozy.AskAsync("GET", "/data/io.cozy.recipes/a", change: FromElsewhere)).Expect(401);
        Assert.Equal("https://other.example", error.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("true", error.Headers["Access-Control-Allow-Credentials"]);
        var preflight = (await cozy.AskAsync("OPTIONS", "/data/io.cozy.recipes/a", change: request =>
        {
            FromElsewhere(request);
            request.Headers.Add("Access-Control-Request-Method", "PATCH");
            request.Headers.Add("Access-Control-Request-Headers", "authorization");
        })).Expect(204);
        Assert.Equal("GET,HEAD,PUT,PATCH,POST,DELETE", preflight.Headers["Access-Control-Allow-Methods"]);
        Assert.Equal("authorization", preflight.Headers["Access-Control-Allow-Headers"]);
        Assert.False((await cozy.AskAsync("GET", "/auth/login", change: FromElsewhere)).Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("PAYMENT_FAILED", 402)]
    [InlineData("LOGIN_FAILED", 503)]
    [InlineData(null, 503)]
    public async Task A_blocked_instance_lets_only_its_operator_through(string? reason, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstanceGrain>(cozy.Instance.Id)
            .ModifyAsync(new InstancePatch { Blocked = true, BlockingReason = reason });
        server.Services.GetRequiredService<InstanceCache>().InvalidateInstance(cozy.Instance.Domain);
        var answer = (await cozy.AskAsync("GET", "/data/")).Expect(status);
        Assert.Equal(reason ?? "UNKNOWN", answer.Json.GetProperty("errors")[0].GetProperty("code").GetString());
        (await cozy.AskAsync("GET", "/files/io.cozy.files.root-dir", "io.cozy.files")).Expect(200);
    }

    [Fact]
    public async Task A_change_shows_at_once_after_the_instance_is_invalidated()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("GET", "/data/")).Expect(200);
        var grain = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstanceGrain>(cozy.Instance.Id);
        await grain.DestroyAsync();
        server.Services.GetRequiredService<InstanceCache>().InvalidateInstance(cozy.Instance.Domain);
        (await cozy.AskAsync("GET", "/data/")).Expect(404);
    }

    [Fact]
    public async Task Headers_that_are_too_large_are_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("GET", "/data/", change: request => request.Headers.Add("X-Large", new string('a', 40_000)))).Expect(431);
    }
}
