using Cozy.Web.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Access;

public sealed class DeclarationTests(TestServer server)
{
    [Fact]
    public void Every_route_declares_who_may_call_it()
    {
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.NotNull(route.Metadata.GetMetadata<AccessRule>()));
    }

    [Fact]
    public void Every_public_route_says_why() => Assert.All(
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(route => route.Metadata.GetMetadata<AccessRule>()).OfType<PublicAccess>(),
        rule => Assert.NotEmpty(rule.Why));
}
