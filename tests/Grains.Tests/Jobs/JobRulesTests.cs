using Cozy.Grains.Jobs;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

public sealed class JobRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly WorkerType Type = new("test") { MaxTries = 3, RetryDelay = TimeSpan.FromSeconds(1), LongestRetryDelay = TimeSpan.FromSeconds(10) };

    private readonly JobDocument _job = new()
    {
        Id = "j",
        Revision = "2-x",
        Domain = "alice.localhost",
        InstanceId = "cozyx",
        Worker = "test",
        State = JobStates.Running,
        QueuedAt = Now,
        StartedAt = Now,
        Event = "{}"u8.ToArray(),
        Lease = new LeaseNote("S1", "00", TimeSpan.FromSeconds(30)),
    };

    [Theory]
    [InlineData(1, 0.5, 1)]
    [InlineData(1, 0, 0.9)]
    [InlineData(1, 1, 1.1)]
    [InlineData(2, 0.5, 2)]
    [InlineData(4, 0.5, 8)]
    [InlineData(5, 0.5, 10)]
    [InlineData(1000, 0.5, 10)]
    public void The_wait_doubles_with_ten_per_cent_of_chance(int failures, double random, double seconds) =>
        Assert.Equal(seconds, JobRules.WaitAfter(failures, Type, random).TotalSeconds, 6);

    [Fact]
    public void It_is_tried_as_often_as_its_type_says_and_remembers_why()
    {
        var once = JobRules.Failed(_job, Type, "one", false, Now, 0.5);
        Assert.Equal((JobStates.Queued, Now.AddSeconds(1), null), (once.State, once.NotBefore, once.Lease));
        var twice = JobRules.Failed(once, Type, "two", false, Now, 0.5);
        Assert.Equal(Now.AddSeconds(2), twice.NotBefore);
        var ended = JobRules.Failed(twice, Type, "three", false, Now, 0.5);
        Assert.Equal((JobStates.Errored, "three", true), (ended.State, ended.Error, ended.Event.IsEmpty));
        Assert.Equal(["one", "two", "three"], ended.Errors.Select(error => error.Error));
    }

    [Fact]
    public void Its_own_tries_go_before_and_a_final_failure_ends_it()
    {
        Assert.Equal(JobStates.Errored, JobRules.Failed(_job with { Options = new JobOptions { MaxTries = 1 } }, Type, "x", false, Now, 0).State);
        Assert.Equal(JobStates.Errored, JobRules.Failed(_job, Type, "x", true, Now, 0).State);
        var patient = Type with { MaxTries = 1000, GiveUpAfter = TimeSpan.FromDays(2) };
        Assert.Equal(JobStates.Queued, JobRules.Failed(_job, patient, "x", false, Now.AddDays(1), 0).State);
        Assert.Equal(JobStates.Errored, JobRules.Failed(_job, patient, "x", false, Now.AddDays(2), 0).State);
    }

    [Fact]
    public void A_job_that_kills_its_workers_is_given_up()
    {
        var job = _job;
        for (var i = 1; i < 10; i++)
        {
            job = JobRules.Lost(job, 10, Now);
            Assert.Equal((JobStates.Queued, i), (job.State, job.Losses));
        }

        Assert.Equal(JobStates.Errored, JobRules.Lost(job, 10, Now).State);
    }

    [Fact]
    public void A_document_is_read_as_it_was_written()
    {
        var job = _job with
        {
            TriggerId = "t",
            Message = """{"a":1}"""u8.ToArray(),
            Payload = "[1]"u8.ToArray(),
            IsManual = true,
            IsDebounced = true,
            ForwardLogs = true,
            IdempotencyKey = "k",
            NotBefore = Now.AddDays(1),
            Errors = [new JobError(Now, "e")],
            Losses = 2,
            Progress = """{"done":1}"""u8.ToArray(),
            Options = new JobOptions { MaxTries = 2, Timeout = TimeSpan.FromSeconds(60), Priority = -1, Then = new("log", "null"u8.ToArray(), JobOptions.Default) },
        };
        var members = job.ToMembers();
        Assert.Equal(members.ToArray(), JobDocument.Parse("j", "2-x", members).ToMembers().ToArray());
    }
}
