using System.Collections.Frozen;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs;

/// <summary>The kinds of workers that this server has.</summary>
public sealed class WorkerTypes
{
    private readonly FrozenDictionary<string, WorkerType> _types;

    /// <summary>Those in the box, and those of the configuration.</summary>
    /// <param name="inTheBox">The workers that run in the silos.</param>
    /// <param name="options">Which others there are.</param>
    public WorkerTypes(IEnumerable<WorkerType> inTheBox, IOptions<JobsOptions> options)
    {
        var client = new WorkerType(WorkerType.Client) { HourlyLimit = 100 };
        var external = options.Value.ExternalWorkers.Select(name => new WorkerType(name)
        {
            IsExternal = true,
            MaxTries = options.Value.ExternalTries,
            Timeout = options.Value.ExternalTimeout,
            RetryDelay = options.Value.ExternalRetryDelay,
        });
        _types = inTheBox.Append(client).Concat(external)
            .GroupBy(type => type.Name, StringComparer.Ordinal).Select(same => same.Last())
            .ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<WorkerType> All => _types.Values;

    /// <summary>A kind by its name; null when there is none.</summary>
    public WorkerType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>A kind by its name.</summary>
    /// <exception cref="CozyException">NotFound with code <c>unknown_worker</c>.</exception>
    public WorkerType Get(string name) =>
        Find(name) ?? throw CozyException.NotFound("jobs: could not find worker", "unknown_worker");
}
