using System.Diagnostics.Metrics;
using Cozy.Grains.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

public sealed class OpenJobsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 2, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly JobInstruments _instruments;
    private readonly Dictionary<string, long> _told = [];

    public OpenJobsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _instruments = new JobInstruments(meters);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "cozy.jobs.open" && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, change, tags, _) =>
        {
            var worker = (string)tags[0].Value!;
            _told[worker] = _told.GetValueOrDefault(worker) + change;
        });
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void What_is_told_of_them_is_how_many_there_are()
    {
        var open = new OpenJobs(new WorkerTypes([], Options.Create(new JobsOptions())), _instruments);
        var first = open.Add(Job("1", "a"), Now);
        var second = open.Add(Job("2", "a"), Now);
        open.Add(Job("3", "b"), Now);
        open.Replace(first, first.Document with { State = JobStates.Running }, Now);
        Assert.Equal((2, 1), (_told["a"], _told["b"]));

        open.Replace(first, first.Document with { State = JobStates.Done }, Now);
        Assert.Equal((1, 1), (_told["a"], _told["b"]));

        // They are read anew, or their grain moves to another silo: what comes late changes nothing.
        open.Forget();
        open.Replace(second, second.Document with { State = JobStates.Done }, Now);
        open.Forget();
        Assert.Equal((0, 0), (_told["a"], _told["b"]));
    }

    private static JobDocument Job(string id, string worker) => new()
    {
        Id = id,
        Revision = "1-x",
        Domain = "alice.localhost",
        InstanceId = "cozyx",
        Worker = worker,
        State = JobStates.Queued,
        QueuedAt = Now,
    };
}
