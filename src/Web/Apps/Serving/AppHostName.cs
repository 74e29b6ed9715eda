using Cozy.Grains.Apps;

namespace Cozy.Web.Apps.Serving;

/// <summary>Takes the host name of an app apart.</summary>
internal static class AppHostName
{
    /// <summary>More hyphens than names have; each costs a look-up.</summary>
    private const int MaxSplits = 5;

    /// <summary>
    /// The host of the instance and the slug of the app that a host may name. With flat sub-domains both may contain
    /// hyphens, so there may be several ways to read one.
    /// </summary>
    public static IEnumerable<(string Host, string Slug)> Split(string host, SubdomainStyle style)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        var end = dot >= 0 ? dot : colon >= 0 ? colon : host.Length;
        if (style == SubdomainStyle.Nested)
        {
            if (dot > 0 && AppSlug.IsValid(host[..dot]))
                yield return (host[(dot + 1)..], host[..dot]);
            yield break;
        }

        var splits = 0;
        for (var hyphen = host.LastIndexOf('-', end - 1); hyphen > 0 && splits++ < MaxSplits; hyphen = host.LastIndexOf('-', hyphen - 1))
        {
            if (AppSlug.IsValid(host[(hyphen + 1)..end]))
                yield return (host[..hyphen] + host[end..], host[(hyphen + 1)..end]);
        }
    }
}
