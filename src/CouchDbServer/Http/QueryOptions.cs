using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cozy.CouchDbServer.Http;

/// <summary>The options behind the <c>?</c>; of several with one name the last counts.</summary>
internal sealed class QueryOptions
{
    private readonly Dictionary<string, string> _values;

    private QueryOptions(Dictionary<string, string> values)
    {
        _values = values;
    }

    public IReadOnlyDictionary<string, string> Values => _values;

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>True for exactly <c>true</c>; anything else, even <c>TRUE</c>, counts as not given.</summary>
    public bool IsTrue(string name) => this[name] == "true";

    public bool IsFalse(string name) => this[name] == "false";

    public static QueryOptions Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var mark = pair.IndexOf('=', StringComparison.Ordinal);
            var name = UrlText.Decode(mark < 0 ? pair : pair.AsSpan(0, mark));
            var value = UrlText.Decode(mark < 0 ? "" : pair.AsSpan(mark + 1));
            values[name ?? throw CouchException.BadRequest("Invalid UTF-8 in the query string")] =
                value ?? throw CouchException.InvalidJson();
        }

        return new QueryOptions(values);
    }

    /// <summary>A value that is JSON; null when it is not given.</summary>
    public JsonElement? Json(string name) =>
        this[name] is { } text ? JsonText.Parse(Encoding.UTF8.GetBytes(text)) : null;

    /// <summary>A whole number; null when it is not given.</summary>
    public int? Integer(string name, string problem) =>
        this[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw CouchException.BadRequest(problem);
}
