using System.Collections.Concurrent;
using Cozy.Grains.Contexts;
using Cozy.Grains.Instances;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Cozy.Web.Auth.OpenId;

/// <summary>Which provider an instance's owner may sign in at, and what the providers say of themselves.</summary>
internal sealed class OpenIdProviders(IOptions<OpenIdOptions> options) : IDisposable
{
    private const long MaxAnswerBytes = 1 << 20;

    private readonly ConcurrentDictionary<OpenIdProvider, ConfigurationManager<OpenIdConnectConfiguration>> _configurations = new();

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
    })
    {
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    /// <summary>The provider of an instance's context; null when owners log in here only.</summary>
    public OpenIdProvider? Of(Instance instance) =>
        options.Value.Count == 0 ? null : InContext(instance.ContextName);

    /// <summary>The provider of a context; null when it has none.</summary>
    public OpenIdProvider? InContext(string? context) =>
        options.Value.TryGetValue(string.IsNullOrEmpty(context) ? ContextsOptions.DefaultName : context, out var provider)
            ? provider
            : null;

    /// <summary>Whether owners log in at a provider only.</summary>
    public bool AreForced(Instance instance) => Of(instance) is { DisablePassphrases: true };

    /// <summary>The provider's addresses and keys. They are remembered; <paramref name="anew"/> asks again, but not at every call.</summary>
    /// <exception cref="OpenIdException">It cannot be reached, or is not what is configured.</exception>
    public async Task<OpenIdConnectConfiguration> DescribeAsync(OpenIdProvider provider, bool anew, CancellationToken cancellationToken)
    {
        var manager = _configurations.GetOrAdd(provider, NewManager);
        if (anew)
            manager.RequestRefresh();
        OpenIdConnectConfiguration found;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(provider.Timeout);
            found = await manager.GetConfigurationAsync(limit.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new OpenIdException("its discovery document cannot be read", failure);
        }

        return found.Issuer?.TrimEnd('/') == provider.Issuer.TrimEnd('/')
            ? found
            : throw new OpenIdException("its discovery document is another issuer's");
    }

    /// <summary>Asks the provider something.</summary>
    /// <exception cref="OpenIdException">It does not answer.</exception>
    public async Task<(bool IsSuccess, byte[] Body)> SendAsync(OpenIdProvider provider, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(provider.Timeout);
            using var response = await _http.SendAsync(request, limit.Token);
            return (response.IsSuccessStatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new OpenIdException("it does not answer", failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private ConfigurationManager<OpenIdConnectConfiguration> NewManager(OpenIdProvider provider) => new(
        $"{provider.Issuer.TrimEnd('/')}/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(_http) { RequireHttps = provider.Issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase) });
}

/// <summary>The provider cannot be used. The message goes to the log, not to the visitor.</summary>
internal sealed class OpenIdException(string message, Exception? inner = null) : Exception(message, inner);
