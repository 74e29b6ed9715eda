using Cozy.Web.Errors;

namespace Cozy.Web.Dav;

/// <summary>One condition of a list: the resource has, or has not, this lock or this entity tag.</summary>
/// <param name="IsNegated">Whether it must not hold.</param>
/// <param name="Token">A lock's token; null when it is about a tag.</param>
/// <param name="ETag">An entity tag with its quotes; null when it is about a lock.</param>
internal readonly record struct IfCondition(bool IsNegated, string? Token, string? ETag);

/// <summary>Conditions that hold together.</summary>
/// <param name="Address">The resource they are about; null for the request's own.</param>
/// <param name="Conditions">The conditions.</param>
internal sealed record IfList(string? Address, IReadOnlyList<IfCondition> Conditions);

/// <summary>The <c>If</c> header (RFC 4918, section 10.4): it holds when one of its lists does.</summary>
internal static class IfHeader
{
    // More is no client but somebody who wants work done.
    private const int MaxLists = 64;

    /// <summary>The lists of a header.</summary>
    /// <exception cref="ApiException">400: malformed.</exception>
    public static IReadOnlyList<IfList> Parse(string header)
    {
        var lists = new List<IfList>();
        var rest = header.AsSpan().Trim();
        string? address = null;
        while (!rest.IsEmpty)
        {
            if (rest[0] == '<')
                address = Take(ref rest, '<', '>');
            else
                lists.Add(new IfList(address, ParseList(Take(ref rest, '(', ')'))));
            rest = rest.TrimStart();
        }

        return lists.Count is > 0 and <= MaxLists ? lists : throw Malformed();
    }

    private static List<IfCondition> ParseList(string list)
    {
        var conditions = new List<IfCondition>();
        var rest = list.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            var isNegated = rest.StartsWith("Not", StringComparison.OrdinalIgnoreCase);
            if (isNegated)
                rest = rest[3..].TrimStart();
            conditions.Add(rest is ['[', ..]
                ? new IfCondition(isNegated, null, Take(ref rest, '[', ']'))
                : new IfCondition(isNegated, Take(ref rest, '<', '>'), null));
            rest = rest.TrimStart();
        }

        return conditions.Count > 0 ? conditions : throw Malformed();
    }

    private static string Take(ref ReadOnlySpan<char> rest, char open, char close)
    {
        var end = rest.IndexOf(close);
        if (rest.IsEmpty || rest[0] != open || end < 0)
            throw Malformed();
        var taken = rest[1..end].ToString();
        rest = rest[(end + 1)..];
        return taken;
    }

    private static ApiException Malformed() => ApiException.BadRequest("the If header is malformed");
}
