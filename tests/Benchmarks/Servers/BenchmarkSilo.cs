using System.Diagnostics;
using System.Globalization;

namespace Cozy.Benchmarks.Servers;

/// <summary>A server with data, settings and memory of its own.</summary>
internal sealed class BenchmarkSilo
{
    private readonly BenchmarkEnvironment _environment;
    private readonly string _name;
    private readonly (string Name, string Value)[] _settings;
    private Process _process = null!;

    private BenchmarkSilo(BenchmarkEnvironment environment, string name, (string Name, string Value)[] settings) =>
        (_environment, _name, _settings) = (environment, name, settings);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{BenchmarkEnvironment.FreePort()}");

    /// <summary>Where its operator reaches it.</summary>
    public Uri Admin { get; } = new($"http://127.0.0.1:{BenchmarkEnvironment.FreePort()}");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="environment">Ends it.</param>
    /// <param name="name">Of its data folder.</param>
    /// <param name="settings">What is configured by the environment's variables.</param>
    public static async Task<BenchmarkSilo> StartAsync(
        BenchmarkEnvironment environment, string name, params (string Name, string Value)[] settings)
    {
        var silo = new BenchmarkSilo(environment, name, settings);
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _process = _environment.Start(
            _settings, "dotnet", BenchmarkEnvironment.SiloPath(), "serve", "--data", Path.Combine(_environment.Folder, _name),
            "--urls", Address.ToString().TrimEnd('/'), "--admin-urls", Admin.ToString().TrimEnd('/'), "--no-first-instance");
        await _environment.WaitForAsync(new Uri(Address, "/version"));
    }

    /// <summary>Ends it without a word.</summary>
    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Makes instances, some at the same time.</summary>
    public async Task<Tenant[]> CreateTenantsAsync(string name, int count, string scope)
    {
        var tenants = new Tenant[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            tenants[i] = await Tenant.CreateAsync(_environment.Client, Address, Admin, $"{name}{i}", scope));
        return tenants;
    }

    /// <summary>Its resident memory in MiB.</summary>
    public double Memory() => double.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;
}
