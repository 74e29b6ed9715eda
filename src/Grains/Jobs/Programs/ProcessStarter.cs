using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>
/// Starts processes on a thread that lives as long as the server. A sandbox is told to end with its parent, and to the
/// kernel that is the thread that started it; one of the thread pool would come and go.
/// </summary>
internal sealed class ProcessStarter : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> _waiting = [];
    private readonly Lazy<Thread> _thread;

    public ProcessStarter() => _thread = new Lazy<Thread>(() =>
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "Programs of apps" };
        thread.Start();
        return thread;
    });

    /// <summary>Starts a process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        _ = _thread.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((start, started));
        return started.Task;
    }

    public void Dispose() => _waiting.CompleteAdding();

    private void Run()
    {
        foreach (var (start, started) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        }
    }
}
