using System.Text.RegularExpressions;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

/// <summary>
/// A table of requests and answers. In answers <c>{x}</c> binds what stands there the first time (a hash, the opaque part
/// of a sequence) and must match it afterwards; in requests it is replaced by it. <c>{db}</c> is the database.
/// </summary>
internal sealed partial class Dialogue(RunningServer server, string database)
{
    private readonly Dictionary<string, string> _bound = new(StringComparer.Ordinal) { ["db"] = database };

    public async Task<Dialogue> SayAsync(
        string request, string? body, int status, string? answer, params (string Name, string Value)[] headers)
    {
        var parts = Fill(request).Split(' ', 2);
        var cancellation = TestContext.Current.CancellationToken;
        var filled = headers.Select(header => (header.Name, Fill(header.Value))).ToArray();
        var (gotStatus, got, response) = await server.SendAsync(
            parts[0], parts[1], body is null ? null : Fill(body), cancellation, filled);
        using (response)
        {
            Assert.True(gotStatus == status, $"{request}: expected {status}, got {gotStatus} {got}");
            if (answer is not null)
                Match(request, answer, got);
        }

        return this;
    }

    private void Match(string request, string expected, string got)
    {
        var names = new List<string>();
        var pattern = "^" + Placeholder().Replace(Regex.Escape(expected), match =>
        {
            var name = match.Groups[1].Value;
            if (_bound.TryGetValue(name, out var value))
                return Regex.Escape(value);
            if (names.Contains(name))
                return $"\\k<{name}>";
            names.Add(name);
            return $"(?<{name}>[0-9a-zA-Z]+)";
        }) + "$";
        var match = Regex.Match(got, pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline);
        Assert.True(match.Success, $"{request}:\nexpected {expected}\ngot      {got}");
        foreach (var name in names)
            _bound[name] = match.Groups[name].Value;
    }

    /// <summary>Puts what is bound in the place of its names.</summary>
    public string Fill(string text) => Plain().Replace(
        text, match => _bound.TryGetValue(match.Groups[1].Value, out var value) ? value : match.Value);

    [GeneratedRegex(@"\\\{([a-z][a-z0-9]*)}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\{([a-z][a-z0-9]*)\}")]
    private static partial Regex Plain();
}
