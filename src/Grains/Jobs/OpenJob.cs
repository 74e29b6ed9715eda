namespace Cozy.Grains.Jobs;

/// <summary>A job that waits or runs, in memory.</summary>
internal sealed class OpenJob(JobDocument document)
{
    /// <summary>The job as its document is.</summary>
    public JobDocument Document { get; set; } = document;

    /// <summary>The change that is being written down; the next one waits for it.</summary>
    public Task Changing { get; set; } = Task.CompletedTask;

    /// <summary>Running: until when its worker need give no sign, by the queue's clock that nobody sets.</summary>
    public DateTimeOffset LeaseUntil { get; set; }

    /// <summary>Running: when it has taken too long, by the same clock.</summary>
    public DateTimeOffset Deadline { get; set; }

    /// <summary>When its progress was last written down, by the same clock.</summary>
    public DateTimeOffset ProgressAt { get; set; }

    /// <summary>Running: what happens to it next if nobody says anything.</summary>
    public DateTimeOffset NextCheck => LeaseUntil < Deadline ? LeaseUntil : Deadline;
}
