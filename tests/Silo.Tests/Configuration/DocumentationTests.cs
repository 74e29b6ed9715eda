using System.Text.RegularExpressions;
using Cozy.Silo.Configuration;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Configuration;

public sealed partial class DocumentationTests
{
    [Fact]
    public void The_operations_page_lists_every_configuration_key_and_no_other()
    {
        var page = File.ReadAllText(RepositoryFolder.Under("docs", "operations.md"));
        var documented = KeyCell().Matches(page).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

        Assert.Equal(Sections.Keys().Order(StringComparer.Ordinal), documented);
    }

    [GeneratedRegex("^\\| `([A-Z][A-Za-z]+(?::[A-Za-z0-9]+)+)` \\|", RegexOptions.Multiline)]
    private static partial Regex KeyCell();
}
