using Orleans.Runtime;

namespace Cozy.Web.Http;

/// <summary>Calls that are repeated once when a silo went away under them.</summary>
internal static class GrainCalls
{
    /// <summary>
    /// Calls, and calls again when the outcome is unknown or the silo refused. The call is told whether it is the
    /// second, so that a change that did happen is not taken for a conflict with itself.
    /// </summary>
    public static async Task<T> RetryOnceAsync<TState, T>(TState state, Func<TState, bool, Task<T>> call)
    {
        try
        {
            return await call(state, false);
        }
        catch (Exception e) when (IsUnknownOutcome(e))
        {
            return await call(state, true);
        }
    }

    /// <summary>Whether the failure leaves open what happened.</summary>
    public static bool IsUnknownOutcome(Exception failure) =>
        failure is TimeoutException or SiloUnavailableException or OrleansMessageRejectionException;
}
