using System.Globalization;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Data.Feeds;

/// <summary>
/// Which parameters of <c>_changes</c> are understood: what is not would silently answer another question than was asked.
/// </summary>
internal static class FeedParameters
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "feed", "style", "since", "limit", "timeout", "include_docs", "heartbeat", "_nonce", "seq_interval", "descending",

        // A token may come as one.
        "bearer_token",
    };

    private static readonly HashSet<string> Filters = new(StringComparer.Ordinal) { "_doc_ids", "_selector", "_design" };

    /// <summary>Fails unless all is understood.</summary>
    /// <returns>Whether the feed waits for changes that are still to come.</returns>
    /// <exception cref="ApiException">400.</exception>
    public static bool Check(HttpRequest request)
    {
        var isPost = HttpMethods.IsPost(request.Method);
        foreach (var name in request.Query.Keys)
        {
            if (!Known.Contains(name) && !(isPost && name == "filter"))
                throw ApiException.BadRequest($"Unsupported query parameter '{name}'");
        }

        CheckNumber(request, "limit");
        CheckNumber(request, "seq_interval");
        CheckWord(request, "style", word => word is "all_docs" or "main_only");
        CheckWord(request, "filter", Filters.Contains);
        CheckWord(request, "feed", word => word is "normal" or "longpoll" or "continuous" or "live" or "eventsource");
        return request.Query["feed"].ToString() is not ("" or "normal");
    }

    private static void CheckNumber(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        if (text.Length > 0 && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            throw ApiException.BadRequest($"Invalid {name} value '{text}': it is no number");
    }

    private static void CheckWord(HttpRequest request, string name, Predicate<string> isKnown)
    {
        var word = request.Query[name].ToString();
        if (word.Length > 0 && !isKnown(word))
            throw ApiException.BadRequest($"Unsuported {name} value '{word}'");
    }
}
