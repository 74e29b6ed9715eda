using System.Text.Json;
using Cozy.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Cozy.Browser.Tests;

/// <summary>Judges pages by axe-core's rules for WCAG 2.2 AA.</summary>
internal static class Accessibility
{
    private const string Run = """
        async () => {
          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
          const found = await axe.run(document, { runOnly: tags });
          return JSON.stringify(found.violations.map(v => `${v.id}: ${v.help} ${v.nodes.map(n => n.html).join(' ')}`));
        }
        """;

    private static readonly string Script = RepositoryFolder.Under("tests", "Browser", "node_modules", "axe-core", "axe.min.js");

    /// <summary>Fails with what is wrong on the page.</summary>
    public static async Task CheckAsync(IPage page)
    {
        Assert.True(File.Exists(Script), "axe-core is missing: run \"npm ci --ignore-scripts\" in tests/Browser.");

        // Evaluated by the debugger and not as a script of the page, so the page's policy needs no exception.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Script, TestContext.Current.CancellationToken));
        var violations = JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync<string>(Run))!;
        Assert.Empty(violations);
    }
}
