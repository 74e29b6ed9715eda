using System.Net;
using Cozy.Grains.Instances;
using Cozy.Web.Apps.Serving;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Sessions;

/// <summary>
/// The addresses of an instance as its visitor uses them: under its main domain or under the alias the request came to.
/// </summary>
/// <param name="Domain">The domain, with its port if not the default.</param>
/// <param name="Https">Whether it is reached with <c>https</c>.</param>
/// <param name="Subdomains">How the apps' host names are made.</param>
internal sealed record InstanceAddress(string Domain, bool Https, SubdomainStyle Subdomains)
{
    /// <summary>The domain without its port.</summary>
    public string Host { get; } = WithoutPort(Domain);

    /// <summary>The scheme and the domain, without a slash at the end: what a browser sends as <c>Origin</c>.</summary>
    public string Origin => $"{Scheme}://{Domain}";

    /// <summary>The first page, with a slash at the end.</summary>
    public string Root => $"{Origin}/";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme => Https ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    /// <summary>
    /// The domain of cookies that the apps' hosts share with the instance; null where a browser accepts none (an IP
    /// address, a name without a dot), so that the cookie is for this host alone.
    /// </summary>
    public string? CookieDomain
    {
        get
        {
            var shared = Subdomains == SubdomainStyle.Nested ? Host : ParentOf(Host);
            return shared.Length == 0 || IPAddress.TryParse(shared, out _) || !Host.Contains('.', StringComparison.Ordinal)
                ? null
                : shared;
        }
    }

    /// <summary>Where a form of a page may lead in the end, as a source list of a Content-Security-Policy.</summary>
    public string FormTargets
    {
        get
        {
            var shared = Subdomains == SubdomainStyle.Nested ? Domain : ParentOf(Domain);
            return CookieDomain is null ? "'self'" : $"'self' {Scheme}://*.{shared}";
        }
    }

    /// <summary>The address for a request.</summary>
    public static InstanceAddress Of(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value;
        var host = context.Features.Get<AppHostFeature>()?.InstanceHost ?? context.Request.Host.Value;
        return Of(context.Instance(), host, options);
    }

    /// <summary>The address under <paramref name="requestedHost"/> if it is an alias of the instance, else under its main domain.</summary>
    public static InstanceAddress Of(Instance instance, string? requestedHost, WebOptions options)
    {
        var alias = instance.DomainAliases.FirstOrDefault(
            alias => string.Equals(alias, requestedHost, StringComparison.OrdinalIgnoreCase));
        return new(alias ?? instance.Domain, options.Https, options.Subdomains);
    }

    /// <summary>The host of an app, with its port.</summary>
    public string AppDomain(string slug)
    {
        if (Subdomains == SubdomainStyle.Nested)
        {
            return $"{slug}.{Domain}";
        }

        var dot = Domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? $"{Domain}-{slug}" : $"{Domain[..dot]}-{slug}{Domain[dot..]}";
    }

    /// <summary>Whether a host, with its port if not the default, is that of the instance or of one of its apps.</summary>
    public bool Owns(string domain) =>
        string.Equals(domain, Domain, StringComparison.OrdinalIgnoreCase) || SlugOf(domain) is not null;

    /// <summary>The short name of the app whose host this is; null when it is none of the instance's.</summary>
    public string? SlugOf(string domain)
    {
        var label = domain.Split('.', 2)[0];
        var slug = label;
        if (Subdomains == SubdomainStyle.Flat)
        {
            // What follows the instance's own label, which may contain hyphens itself.
            var own = Domain.Split('.', 2)[0] + "-";
            slug = label.StartsWith(own, StringComparison.OrdinalIgnoreCase) ? label[own.Length..] : string.Empty;
        }

        return IsSlug(slug) && string.Equals(AppDomain(slug), domain, StringComparison.OrdinalIgnoreCase) ? slug : null;
    }

    /// <summary>Whether this can be the short name of an app.</summary>
    public static bool IsSlug(string text) =>
        text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static string ParentOf(string domain)
    {
        var dot = domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? string.Empty : domain[(dot + 1)..];
    }

    private static string WithoutPort(string domain)
    {
        var colon = domain.LastIndexOf(':');
        return colon < 0 || domain.EndsWith(']') ? domain : domain[..colon];
    }
}
