using Cozy.Grains.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Instances;

/// <summary>The instance a request is for, put on the request by the middleware that reads its <c>Host</c>.</summary>
public sealed record InstanceFeature(Instance Instance);

/// <summary>Access to the instance of a request.</summary>
public static class InstanceHttpContextExtensions
{
    /// <summary>The instance this request is for. Only for routes behind the instance middleware.</summary>
    public static Instance Instance(this HttpContext context) =>
        context.Features.Get<InstanceFeature>()!.Instance;

    /// <summary>The public address of the instance, with a slash at its end, such as <c>https://alice.example.net/</c>.</summary>
    public static string Url(this Instance instance, WebOptions options) => UrlOf(instance.Domain, options);

    /// <summary>The public address of an instance with a domain.</summary>
    public static string UrlOf(string domain, WebOptions options) => $"{(options.Https ? "https" : "http")}://{domain}/";
}
