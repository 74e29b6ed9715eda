namespace Cozy.Benchmarks.Servers;

/// <summary>
/// Two silos that share documents behind CouchDB's protocol, and the Redis and the Swift that <c>tests/run</c> names in
/// <c>COZY_TEST_REDIS</c> and <c>COZY_TEST_SWIFT_AUTH_URL</c>.
/// </summary>
internal static class BenchmarkFarm
{
    /// <summary>Starts the silos; null where the services are not.</summary>
    public static async Task<BenchmarkSilo[]?> StartAsync(BenchmarkEnvironment environment)
    {
        if (Environment.GetEnvironmentVariable("COZY_TEST_REDIS") is not { } redis
            || Environment.GetEnvironmentVariable("COZY_TEST_SWIFT_AUTH_URL") is not { } swift)
        {
            return null;
        }

        var couch = new Uri($"http://127.0.0.1:{BenchmarkEnvironment.FreePort()}");
        environment.Start(
            "dotnet", BenchmarkEnvironment.SiloPath(), "couchdb", "serve", "--data", Path.Combine(environment.Folder, "farm-couch"),
            "--urls", couch.ToString().TrimEnd('/'), "--admin", "admin:benchmark");
        await environment.WaitForAsync(new Uri(couch, "_up"));
        var name = $"bench-{Guid.NewGuid():N}";
        (string Name, string Value)[] settings =
        [
            ("COZY_Cluster__Redis", redis),
            ("COZY_Cluster__ServiceId", name),
            ("COZY_Cluster__ClusterId", name),
            ("COZY_Cluster__AdvertisedAddress", "127.0.0.1"),
            ("COZY_Cluster__SiloPort", "0"),
            ("COZY_Documents__Adapter", "CouchDb"),
            ("COZY_Documents__CouchDb__Url", couch.ToString()),
            ("COZY_Documents__CouchDb__User", "admin"),
            ("COZY_Documents__CouchDb__Password", "benchmark"),
            ("COZY_Files__Adapter", "Swift"),
            ("COZY_Files__Swift__AuthUrl", swift),
            ("COZY_Files__Swift__AuthVersion", "1"),
            ("COZY_Files__Swift__User", "test:tester"),
            ("COZY_Files__Swift__Key", "testing"),
        ];
        return [await BenchmarkSilo.StartAsync(environment, "farm0", settings), await BenchmarkSilo.StartAsync(environment, "farm1", settings)];
    }
}
