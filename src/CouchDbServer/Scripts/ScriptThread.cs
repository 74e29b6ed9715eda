namespace Cozy.CouchDbServer.Scripts;

/// <summary>
/// Where functions of design documents run: on threads of their own, few at a time, so that they take no more than their
/// part of the processors, and with stacks so large that no structure that fits into the memory a call may allocate can
/// overflow them when the interpreter walks it; an overflow would end the process.
/// </summary>
internal static class ScriptThread
{
    /// <summary>More stack than the interpreter needs to walk what one byte of memory can hold, nested as deep as can be.</summary>
    private const int StackPerByte = 8;

    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Runs work to its end; cancelling ends only the wait for a turn.</summary>
    public static async Task<T> RunAsync<T>(ScriptLimits limits, Func<T> work, CancellationToken cancellationToken)
    {
        await Turns.WaitAsync(cancellationToken);
        try
        {
            var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() => Complete(done, work), (int)Math.Min(int.MaxValue, limits.MaxCallBytes * StackPerByte))
            {
                IsBackground = true,
                Name = "design document",
            };
            thread.Start();
            return await done.Task;
        }
        finally
        {
            Turns.Release();
        }
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work)
    {
        try
        {
            done.SetResult(work());
        }
        catch (Exception failure)
        {
            done.SetException(failure);
        }
    }
}
