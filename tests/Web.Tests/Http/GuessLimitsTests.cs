using System.Net;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Tests.Auth.Pages;
using Cozy.Web.Tests.Permissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Web.Tests.Http;

public sealed class GuessLimitsTests(TestServer server)
{
    private const string Root = "/files/io.cozy.files.root-dir";

    [Fact]
    public async Task Guessed_codes_are_slowed_down_without_harm_to_other_visitors_and_other_tenants()
    {
        var cozy = await server.CreateInstanceAsync();
        var other = await server.CreateInstanceAsync();
        var lookedUp = 0;
        for (var batch = 0; batch < 10; batch++)
        {
            var guesses = await Task.WhenAll(
                Enumerable.Range(0, 40).Select(i => GuessAsync(cozy, "203.0.113.9", $"guess{batch}{i:D6}")));
            lookedUp += guesses.Count(guess => guess.Status != 429);
        }

        // Those that were under way when the limit was reached are looked up, too, and one more every ten seconds.
        Assert.InRange(lookedUp, 30, 80);
        Assert.Equal(429, (await GuessAsync(cozy, "203.0.113.9", "guess9999999")).Status);
        Assert.NotEqual(429, (await GuessAsync(cozy, "203.0.113.10", "guess9999999")).Status);
        Assert.NotEqual(429, (await GuessAsync(other, "203.0.113.9", "guess9999999")).Status);
        (await cozy.AskAsync("GET", Root, "io.cozy.files")).Expect(200);
    }

    [Fact]
    public async Task Guesses_from_everywhere_are_refused_and_whoever_has_a_right_code_gets_in()
    {
        var cozy = await server.CreateInstanceAsync();
        var other = await server.CreateInstanceAsync();
        var link = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""");
        for (var i = 0; i < TestServer.LinkGuessesOfAll; i++)
            (await GuessAsync(cozy, $"10.1.{i / 250}.{i % 250}", $"guess{i:D7}")).Expect(403);

        // The bucket fills again by one an hour here.
        var wrong = await GuessAsync(cozy, "10.2.0.1", "guess9999999");
        Assert.Equal((429, "3600"), (wrong.Status, wrong.Headers["Retry-After"]));
        (await GuessAsync(cozy, "10.2.0.2", link.ShortCode())).Expect(200);
        (await GuessAsync(other, "10.2.0.1", "guess9999999")).Expect(403);
    }

    [Fact]
    public async Task What_is_refused_waits_and_only_so_many_at_a_time()
    {
        var time = new FakeTimeProvider();
        var limits = new GuessLimits(
            Options.Create(new WebOptions
            {
                LinkGuessesOfAll = 2,
                LinkGuessOfAllInterval = TimeSpan.FromSeconds(10),
                LinkGuessDelay = TimeSpan.FromSeconds(2),
                MaxDelayedGuesses = 1,
            }),
            time);
        await limits.CountAsync(From(1));
        await limits.CountAsync(From(2));

        var waiting = limits.CountAsync(From(3));
        Assert.Equal(429, (await Assert.ThrowsAsync<ApiException>(() => limits.CountAsync(From(4)))).Error.Status);
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((429, 10), (await Assert.ThrowsAsync<ApiException>(() => waiting)).Error is var error ? (error.Status, error.RetryAfter) : default);

        // Whoever waited gave its place back, and the allowance fills again.
        var next = limits.CountAsync(From(5));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<ApiException>(() => next);
        await limits.CountAsync(From(6));
    }

    private static Task<Answer> GuessAsync(Cozy at, string from, string code) => at.AskAsync("GET", Root, null, null, request =>
    {
        request.Headers.Add("X-Forwarded-For", from);
        request.Headers.Add("Authorization", "Bearer " + code);
    });

    private static DefaultHttpContext From(byte number)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = new IPAddress([192, 0, 2, number]) } };
        context.Features.Set(new InstanceFeature(TestInstance.Create()));
        return context;
    }
}
