using Cozy.Grains.Auth;
using Cozy.Web.Auth.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Web.Tests.Auth;

/// <summary>Runs alone, so that the hashes it counts are its own.</summary>
[CollectionDefinition(nameof(SameWorkTests), DisableParallelization = true)]
public sealed class SameWorkCollection;

/// <summary>What an answer costs does not tell whether there is a passphrase, or a mail address.</summary>
[Collection(nameof(SameWorkTests))]
public sealed class SameWorkTests(TestServer server)
{
    [Fact]
    public async Task An_attempt_costs_one_hash_and_reads_the_same_whether_there_is_a_passphrase_or_not()
    {
        var hasher = server.Services.GetRequiredService<PassphraseHasher>();
        var owned = await OwnerBrowser.OfNewOwnerAsync(server);
        var waiting = new OwnerBrowser(server, (await server.CreateInstanceAsync()).Instance);
        foreach (var passphrase in new[] { "wrong", "" })
        {
            foreach (var entry in new[] { "/auth/login", "/auth/session_code" })
            {
                var texts = new List<(int, string)>();
                foreach (var browser in new[] { owned, waiting })
                {
                    var before = hasher.Work;
                    var answer = entry == "/auth/login"
                        ? await SendLoginAsync(browser, passphrase)
                        : await browser.SendAsync(HttpMethod.Post, entry, Cozy.Json($$"""{"passphrase":"{{passphrase}}"}"""));
                    Assert.Equal(before + PassphraseHasher.WorkOfOne, hasher.Work);
                    texts.Add((answer.Status, answer.Text));
                }

                Assert.Equal(401, texts[0].Item1);
                Assert.Equal(texts[0], texts[1]);
            }
        }

        // The right one costs no other work.
        var last = hasher.Work;
        (await owned.LogInAsync()).Expect(200);
        Assert.Equal(last + PassphraseHasher.WorkOfOne, hasher.Work);
    }

    [Fact]
    public async Task The_answer_about_a_mail_waits_for_its_time_however_soon_the_work_is_done()
    {
        var time = new FakeTimeProvider();
        var answers = new EvenAnswer(time, Options.Create(new WebOptions { MailAnswerTime = TimeSpan.FromSeconds(1) }));
        foreach (var work in new Func<Task>[] { () => Task.CompletedTask, () => throw new InvalidOperationException() })
        {
            var answer = answers.AfterAsync(work);
            time.Advance(TimeSpan.FromMilliseconds(999));
            Assert.False(answer.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.WhenAny(answer);
        }
    }

    // As whoever does not look at the page first: its form needs no session, only a token that anybody can make.
    private static Task<Answer> SendLoginAsync(OwnerBrowser browser, string passphrase)
    {
        var csrf = new string('A', 43);
        return browser.SendAsync(
            HttpMethod.Post, "/auth/login", new FormUrlEncodedContent([new("csrf_token", csrf), new("passphrase", passphrase)]),
            change: request =>
            {
                request.Headers.Remove("Cookie");
                request.Headers.Add("Cookie", $"_csrf={csrf}");
            });
    }
}
