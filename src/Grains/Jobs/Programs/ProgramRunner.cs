using System.Diagnostics;
using System.Text.Json;
using Cozy.Grains.Jobs.Workers;
using Cozy.Grains.Realtime;
using Cozy.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Runs a program: in its sandbox, until it ends or goes over one of its limits.</summary>
internal sealed partial class ProgramRunner(
    IGrainFactory grains, Sandbox sandbox, OutsideConnections outside, IOptions<JobsOptions> options, TimeProvider time,
    ILogger<ProgramRunner> log, IProgramFront? front = null)
{
    private const string EventDoctype = "io.cozy.jobs.events";
    private const int LongestLogged = 2000;
    // Killed by SIGILL, SIGTRAP or SIGABRT: how Node ends itself.
    private const int FirstAbortion = 132;
    private const int LastAbortion = 134;
    private const int OutOfProcessorTime = 152;
    private const string TooMuchMemory = "The program used more memory than it may.";
    private const string TooMuchTime = "The program used more processor time than it may.";
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly ProgramOptions _options = options.Value.Programs;

    /// <summary>Makes a folder for a run.</summary>
    public ProgramFolder CreateFolder() => sandbox.CreateFolder();

    /// <summary>The HTTP front of this silo.</summary>
    /// <exception cref="JobFailedException">It has none.</exception>
    public IProgramFront Front => front ?? throw new JobFailedException("This server has no HTTP front for programs to reach.");

    /// <summary>Runs a program whose files are in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="run">The program.</param>
    /// <param name="own">The address of the program's instance.</param>
    /// <param name="take">Is given each line that it writes.</param>
    /// <param name="cancellationToken">Ends the program, whatever it does.</param>
    /// <exception cref="JobFailedException">It cannot be run.</exception>
    public async Task<ProgramEnd> RunAsync(
        ProgramFolder folder, ProgramRun run, Uri own, Action<ProgramLine> take, CancellationToken cancellationToken)
    {
        var destinations = new ProgramDestinations(Front, own, run.Job.Domain, run.Network, outside);
        await using var socket = new ProgramSocket(folder, destinations, _options.MaxConnections, log);
        using var process = await sandbox.StartAsync(folder, run, cancellationToken);
        process.StandardInput.Close();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = new ProgramOutput(_options.MaxOutputBytes);
        var lines = output.ReadLinesAsync(process.StandardOutput.BaseStream, line => TakeAsync(run, line, take), CancellationToken.None);
        var errors = output.ReadErrorAsync(process.StandardError.BaseStream, CancellationToken.None);
        var watch = WatchAsync(process, output, ending.Token);
        string? excess;
        try
        {
            var exit = process.WaitForExitAsync(cancellationToken);
            await Task.WhenAny(exit, watch);
            excess = exit.IsCompleted ? null : await watch;
        }
        finally
        {
            await ending.CancelAsync();
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);

            // What is in the pipe is read; a process that outlives the program without a sandbox may keep it open.
            await Task.WhenAny(Task.WhenAll(lines, errors), Task.Delay(LastWords, time, CancellationToken.None));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (output.Error is { Length: > 0 } said)
            LogError(log, run.Slug, run.Job.InstanceId, run.Job.Id, Printable(said));
        return new ProgramEnd(process.ExitCode, excess ?? ExcessOf(process.ExitCode, output));
    }

    /// <summary>What ended it, when the kernel or Node itself did.</summary>
    private static string? ExcessOf(int exitCode, ProgramOutput output) => exitCode switch
    {
        _ when output.IsOver => "The program wrote more than it may.",
        OutOfProcessorTime => TooMuchTime,
        >= FirstAbortion and <= LastAbortion when output.Error.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => TooMuchMemory,
        _ => null,
    };

    private async Task<string?> WatchAsync(Process process, ProgramOutput output, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (output.IsOver)
                    return ExcessOf(0, output);
                if (OperatingSystem.IsLinux() && ExcessOf(ProcessTree.Measure(process.Id)) is { } excess)
                    return excess;
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }

        return null;
    }

    private string? ExcessOf(ProcessUse use) =>
        use.Memory > _options.MaxMemoryBytes ? TooMuchMemory
        : use.ProcessorTime > _options.MaxCpuTime ? TooMuchTime
        : use.Files > _options.MaxFiles ? "The program made more files than it may."
        : null;

    private async Task TakeAsync(ProgramRun run, ReadOnlyMemory<byte> bytes, Action<ProgramLine> take)
    {
        if (ProgramLine.Parse(bytes) is not { } line)
        {
            LogNoLine(log, run.Slug, run.Job.InstanceId, run.Job.Id, Printable(System.Text.Encoding.UTF8.GetString(bytes.Span)));
            return;
        }

        take(line);
        if (run.CountLine() > _options.MaxLogLines)
            return;
        LogLine(log, LevelOf(line.Level), run.Slug, run.Job.InstanceId, run.Job.Id, Printable(line.Text));
        if (!run.IsTold)
            return;
        var members = Json.Members(json =>
        {
            json.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(line.Level.ToString()));
            json.WriteString("message", line.Text);
        });
        await grains.GetGrain<IRealtimeGrain>(run.Job.InstanceId)
            .NotifyAsync(new DocumentEvent(EventDoctype, EventVerb.Created, run.Job.Id, null, members));
    }

    private static LogLevel LevelOf(ProgramLevel level) => level switch
    {
        ProgramLevel.Warning => LogLevel.Warning,
        ProgramLevel.Error or ProgramLevel.Critical => LogLevel.Error,
        _ => LogLevel.Debug,
    };

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>A line break would let a program write lines in the name of the server.</summary>
    private static string Printable(string text) => string.Concat(text.Take(LongestLogged).Select(c => char.IsControl(c) ? ' ' : c));

    [LoggerMessage(EventId = 1353, Message = "{Slug} of {InstanceId}, job {JobId}: {Text}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string slug, string instanceId, string jobId, string text);

    [LoggerMessage(1354, LogLevel.Debug, "{Slug} of {InstanceId}, job {JobId}, wrote no line of JSON: {Text}")]
    private static partial void LogNoLine(ILogger logger, string slug, string instanceId, string jobId, string text);

    [LoggerMessage(1355, LogLevel.Warning, "{Slug} of {InstanceId}, job {JobId}, wrote to its standard error: {Text}")]
    private static partial void LogError(ILogger logger, string slug, string instanceId, string jobId, string text);
}
