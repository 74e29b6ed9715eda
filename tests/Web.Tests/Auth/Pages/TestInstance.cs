using Cozy.Grains.Instances;

namespace Cozy.Web.Tests.Auth.Pages;

/// <summary>An instance as its grain would describe it.</summary>
internal static class TestInstance
{
    public static Instance Create() => new()
    {
        Id = "cozy0123456789abcdef0123456789abcdef",
        Revision = "1-0123456789abcdef0123456789abcdef",
        Domain = "alice.example.net",
        Locale = "en",
        SessionSecret = Enumerable.Repeat((byte)7, 64).ToArray(),
        OAuthSecret = new byte[128],
        CliSecret = new byte[128],
    };
}
