using System.Text.RegularExpressions;
using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Jobs;

/// <summary>Who asks for jobs, and how many.</summary>
/// <param name="Worker">For which worker.</param>
/// <param name="Max">At most so many.</param>
/// <param name="Holder">Who asks: a silo's address, or a name an external worker gave itself.</param>
/// <param name="Duration">How long the worker may give no sign before its jobs go to others.</param>
[GenerateSerializer, Immutable, Alias("cozy.LeaseRequest")]
public sealed record LeaseRequest(
    [property: Id(0)] string Worker, [property: Id(1)] int Max, [property: Id(2)] string Holder, [property: Id(3)] TimeSpan Duration);

/// <summary>A job that a worker works on.</summary>
/// <param name="Key">Which job, and that it is this worker's.</param>
/// <param name="Domain">The domain of the job's instance.</param>
/// <param name="Job">The job's document.</param>
/// <param name="Attempt">The how manieth try this is; the first is 1.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Duration">How long the worker may give no sign.</param>
[GenerateSerializer, Immutable, Alias("cozy.JobLease")]
public sealed record JobLease(
    [property: Id(0)] LeaseKey Key,
    [property: Id(1)] string Domain,
    [property: Id(2)] Document Job,
    [property: Id(3)] int Attempt,
    [property: Id(4)] TimeSpan Timeout,
    [property: Id(5)] TimeSpan Duration);

/// <summary>Names a lease. Whoever knows it may end the job, so it is a secret.</summary>
/// <param name="InstanceId">The job's instance.</param>
/// <param name="JobId">The job.</param>
/// <param name="Secret">32 hex digits.</param>
[GenerateSerializer, Immutable, Alias("cozy.LeaseKey")]
public sealed partial record LeaseKey(
    [property: Id(0)] string InstanceId, [property: Id(1)] string JobId, [property: Id(2)] string Secret)
{
    private const char Separator = '.';

    /// <summary>The key as external workers know it.</summary>
    public override string ToString() => string.Join(Separator, InstanceId, JobId, Secret);

    /// <summary>Reads what <see cref="ToString"/> wrote; null when the text is no key.</summary>
    public static LeaseKey? Parse(string text) =>
        Pattern().IsMatch(text) && text.Split(Separator) is [var instance, var job, var secret] ? new LeaseKey(instance, job, secret) : null;

    // Strict, because the text comes from anybody and the first part names grains.
    [GeneratedRegex(@"^cozy[0-9a-f]{32}\.[A-Za-z0-9_-]{1,128}\.[0-9a-f]{32}\z")]
    private static partial Regex Pattern();
}
