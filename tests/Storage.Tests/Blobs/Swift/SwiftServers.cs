using Cozy.Storage.Blobs.Swift;

namespace Cozy.Storage.Tests.Blobs.Swift;

/// <summary>The real servers that <c>tests/run</c> starts.</summary>
internal static class SwiftServers
{
    public static SwiftOptions TempAuth => new()
    {
        AuthUrl = Variable("COZY_TEST_SWIFT_AUTH_URL"),
        AuthVersion = 1,
        User = "test:tester",
        Key = "testing",
    };

    public static SwiftOptions Keystone => new()
    {
        AuthUrl = Variable("COZY_TEST_KEYSTONE_URL"),
        AuthVersion = 3,
        User = "demo",
        Key = "demopw",
        Project = "demo",
        Region = "RegionOne",
    };

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set: run tests/run, which starts the server.");
}
