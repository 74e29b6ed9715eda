using Cozy.CouchDbServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

[assembly: Xunit.AssemblyFixture(typeof(Cozy.Storage.Tests.Documents.CouchDb.CouchDbProcess))]

namespace Cozy.Storage.Tests.Documents.CouchDb;

/// <summary>Our own server on a real socket; it can go away and come back at the same address with the same data.</summary>
public sealed class CouchDbProcess : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>The address with the account in it.</summary>
    public Uri Url => new UriBuilder(Address) { UserName = "admin", Password = "s%3Acret" }.Uri;

    public ValueTask InitializeAsync() => StartAsync();

    public async ValueTask StartAsync()
    {
        _app = CouchDbServerApplication.Build(new CouchDbServerOptions
        {
            Data = _folder.Path,
            Urls = Address.GetLeftPart(UriPartial.Authority),
            AdminName = "admin",
            AdminPassword = "s:cret",
        });
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask StopAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await StopAsync();
        _folder.Dispose();
    }
}
