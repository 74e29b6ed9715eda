using System.Diagnostics;

namespace Cozy.Benchmarks.Load;

/// <summary>Drives an operation by a number of workers, each of which starts the next one when the last has ended.</summary>
internal static class ClosedLoop
{
    private const int WarmUpRounds = 5;

    /// <param name="workers">How many operations are under way at once.</param>
    /// <param name="duration">For how long operations are started.</param>
    /// <param name="operation">The operation; gets the number of its worker.</param>
    public static async Task<Measurement> RunAsync(int workers, TimeSpan duration, Func<int, Task> operation)
    {
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var own = new List<double>();
            while (clock.Elapsed < duration)
            {
                var started = Stopwatch.GetTimestamp();
                await operation(worker);
                own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return own;
        })));
        var elapsed = clock.Elapsed.TotalSeconds;
        var sorted = latencies.SelectMany(own => own).Order().ToArray();
        return new Measurement(sorted.Length / elapsed, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }

    /// <summary>Measures two sides in turn, so that a slow moment of the machine hits both.</summary>
    public static Task<List<Measurement>[]> AlternateAsync(int rounds, params Func<Task<Measurement>>[] sides) =>
        AlternateAsync(WarmUpRounds, rounds, sides);

    /// <summary>The same, with another number of rounds before those that count.</summary>
    public static async Task<List<Measurement>[]> AlternateAsync(int warmUpRounds, int rounds, Func<Task<Measurement>>[] sides)
    {
        var results = sides.Select(_ => new List<Measurement>()).ToArray();
        for (var round = -warmUpRounds; round < rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                var measurement = await sides[side]();

                // The first rounds warm both sides up: the runtime compiles the paths that turn out to be hot anew.
                if (round >= 0)
                    results[side].Add(measurement);
            }
        }

        return results;
    }
}
