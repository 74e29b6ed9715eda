using System.Diagnostics;

namespace Cozy.Grains.Tests;

/// <summary>Waits for what takes a moment.</summary>
internal static class Until
{
    /// <summary>After so long it will not happen any more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the answer is yes.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
                throw new TimeoutException($"It did not happen within {Patience}.");
            await Task.Delay(10);
        }
    }
}
