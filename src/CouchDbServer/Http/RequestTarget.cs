using System.Text;

namespace Cozy.CouchDbServer.Http;

/// <summary>
/// The request target as the client sent it. The host's own path is decoded and normalized, which would lose the
/// difference between <c>a/b</c> and <c>a%2Fb</c>; database names and document ids depend on it.
/// </summary>
internal sealed class RequestTarget
{
    private readonly string[] _encoded;

    private RequestTarget(string[] encoded, QueryOptions query)
    {
        _encoded = encoded;
        Segments = [.. encoded.Select(segment => UrlText.Decode(segment))];
        Query = query;
    }

    /// <summary>The decoded parts of the path; null for one that is not UTF-8. A slash at the end adds none.</summary>
    public IReadOnlyList<string?> Segments { get; }

    public QueryOptions Query { get; }

    /// <summary>Whether a part was written with <c>%2F</c> in it.</summary>
    public bool HasEncodedSlash(int segment) => _encoded[segment].Contains("%2f", StringComparison.OrdinalIgnoreCase);

    /// <summary>A part as it was sent.</summary>
    public string Encoded(int segment) => _encoded[segment];

    public static RequestTarget Parse(string raw)
    {
        if (!raw.StartsWith('/') && Uri.TryCreate(raw, UriKind.Absolute, out var absolute))
            raw = absolute.PathAndQuery;

        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var path = (mark < 0 ? raw : raw[..mark]).TrimStart('/');
        var query = mark < 0 ? "" : raw[(mark + 1)..];
        var segments = path.Length == 0 ? [] : path.Split('/');
        if (segments.Length > 1 && segments[^1].Length == 0)
            segments = segments[..^1];

        return new RequestTarget(segments, QueryOptions.Parse(query));
    }

    /// <summary>The decoded parts from one on, with slashes between them; null when one is not UTF-8.</summary>
    public string? Rest(int first)
    {
        var text = new StringBuilder();
        for (var i = first; i < Segments.Count; i++)
        {
            if (Segments[i] is not { } segment)
                return null;
            if (i > first)
                text.Append('/');
            text.Append(segment);
        }

        return text.ToString();
    }
}
