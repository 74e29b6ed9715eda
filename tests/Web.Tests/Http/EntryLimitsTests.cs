using System.Net;
using Cozy.Grains.Permissions;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Web.Tests.Http;

public sealed class EntryLimitsTests(TestServer server)
{
    [Fact]
    public void An_address_waits_at_all_entries_once_it_has_tried_enough()
    {
        var time = new FakeTimeProvider();
        var limits = new EntryLimits(Options.Create(new WebOptions { EntryAttempts = 3, EntryInterval = TimeSpan.FromSeconds(5) }), time);
        for (var i = 0; i < 3; i++)
            limits.CountEntry(From("192.0.2.1"));

        var refusal = Assert.Throws<Errors.ApiException>(() => limits.CountEntry(From("192.0.2.1")));
        Assert.Equal((429, 5), (refusal.Error.Status, refusal.Error.RetryAfter));
        limits.CountEntry(From("192.0.2.2"));
        time.Advance(TimeSpan.FromSeconds(5));
        limits.CountEntry(From("192.0.2.1"));
    }

    [Fact]
    public async Task Guessed_leases_of_jobs_are_slowed_down_without_harm_to_logins_and_other_addresses()
    {
        var cozy = await server.CreateInstanceAsync();
        Task<Answer> SayAsync(string from, string target) => cozy.AskAsync("POST", target, null, null, request =>
            request.Headers.Add("X-Forwarded-For", from));
        string Lease(int number) => $"/jobs/leases/cozy{number:x32}.job.{new string('0', 32)}/complete";

        var looked = 0;
        for (var batch = 0; batch < 30; batch++)
        {
            var guesses = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => SayAsync("203.0.113.77", Lease((batch * 100) + i))));
            looked += guesses.Count(guess => guess.Status == 410);
        }

        // The server under test allows 2,000 at once, one more each second, and those that are under way.
        Assert.InRange(looked, 2000, 2200);
        (await SayAsync("203.0.113.77", Lease(1))).Expect(429);
        (await SayAsync("203.0.113.78", Lease(1))).Expect(410);
        Assert.NotEqual(429, (await SayAsync("203.0.113.77", "/auth/login")).Status);
    }

    [Theory]
    [InlineData("10.0.0.7", "203.0.113.9")]
    [InlineData("10.1.2.3", "203.0.113.9")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    public async Task Only_configured_proxies_are_believed(string peer, string seen)
    {
        var web = new WebOptions { TrustedProxies = { "10.0.0.7", "10.1.0.0/16" } };
        var forwarded = new ForwardedHeadersOptions();
        new TrustedProxies(Options.Create(web)).Configure(forwarded);
        var context = From(peer);
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.9";
        context.Request.Headers["X-Forwarded-Proto"] = "https";

        await new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, Options.Create(forwarded)).Invoke(context);

        Assert.Equal(seen, ClientAddress.Of(context));
        Assert.Equal(peer == seen ? "http" : "https", context.Request.Scheme);
    }

    private static DefaultHttpContext From(string address) => new()
    {
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
        Request = { Scheme = "http" },
    };
}
