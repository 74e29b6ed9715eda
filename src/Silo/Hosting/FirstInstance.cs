using Cozy.Grains.Domains;
using Cozy.Grains.Instances;
using Cozy.Silo.Configuration;
using Cozy.Web;
using Cozy.Web.Admin;
using Cozy.Web.Instances;

namespace Cozy.Silo.Hosting;

/// <summary>The instance a newcomer finds: made when there is none at all.</summary>
internal static class FirstInstance
{
    /// <summary>Creates it if need be.</summary>
    /// <returns>The link to choose its passphrase with; null when that is done, or there is no first instance.</returns>
    public static async Task<string?> PrepareAsync(IGrainFactory grains, string urls, WebOptions options)
    {
        var domain = DomainFor(urls);
        var instance = await grains.FindInstanceAsync(domain);
        if (instance is null && await grains.GetGrain<IInstanceDirectoryGrain>(0).CountAsync() == 0)
        {
            instance = await grains.GetGrain<IInstanceGrain>(DomainName.InstanceId(domain))
                .CreateAsync(new NewInstance { Domain = domain, Address = InstanceHttpContextExtensions.UrlOf(domain, options) });
        }

        return instance is { OnboardingFinished: false, RegisterToken.IsEmpty: false }
            ? $"{instance.Url(options)}?registerToken={Convert.ToHexStringLower(instance.RegisterToken.Span)}"
            : null;
    }

    // Names under .localhost lead browsers to this machine without any name server.
    private static string DomainFor(string urls) => Combinations.Split(urls).First() switch
    {
        { IsDefaultPort: true } => "cozy.localhost",
        { Port: var port } => $"cozy.localhost:{port}",
    };
}
