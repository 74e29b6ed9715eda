using Cozy.Benchmarks;
using Cozy.Benchmarks.Cases;
using Cozy.Benchmarks.Servers;

if (args is ["bare", var port, var folder])
    return await BareServer.RunAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), folder);

var options = BenchmarkOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}

await using var environment = await BenchmarkEnvironment.StartAsync();
var report = new Report();
foreach (var benchmark in BenchmarkCase.All.Where(candidate => options.Wants(candidate.Name)))
{
    Console.Error.WriteLine($"{benchmark.Name} …");
    await benchmark.RunAsync(environment, options, report);
}

report.Print(Console.Out);
return 0;
