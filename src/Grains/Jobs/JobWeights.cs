using System.Text.Json;
using Cozy.Grains.Instances;

namespace Cozy.Grains.Jobs;

/// <summary>How many jobs an instance has in each turn: the feature flag <c>jobs.weight</c>, 1 without it.</summary>
internal static class JobWeights
{
    private const int Heaviest = 100;

    public static int Of(Instance? instance)
    {
        if (instance is not { FeatureFlags.IsEmpty: false })
            return 1;
        using var flags = JsonDocument.Parse(instance.FeatureFlags);
        return flags.RootElement.ValueKind == JsonValueKind.Object && flags.RootElement.TryGetProperty("jobs.weight", out var weight)
            && weight.TryGetInt32(out var value)
            ? Math.Clamp(value, 1, Heaviest)
            : 1;
    }
}
