using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Knows whether this machine has what a sandbox needs, and starts programs in one.</summary>
internal sealed partial class Sandbox(IOptions<JobsOptions> options, ProcessStarter starter, ILogger<Sandbox> log) : IDisposable
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    private readonly ProgramOptions _options = options.Value.Programs;
    private readonly int? _user = UserFor(options.Value.Programs);
    private readonly SemaphoreSlim _probing = new(1);
    private Found? _found;

    public void Dispose() => _probing.Dispose();

    /// <summary>Makes a folder for a run.</summary>
    public ProgramFolder CreateFolder() => ProgramFolder.Create(_options.Folder ?? Path.GetTempPath(), _user);

    /// <summary>Starts a program whose files are in a folder.</summary>
    /// <exception cref="JobFailedException">There is no Node; there is no sandbox, and none is not enough.</exception>
    public async Task<Process> StartAsync(ProgramFolder folder, ProgramRun run, CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        if (found.Tools is not { } tools)
            throw new JobFailedException("Node is not installed on the server.");
        if (!found.IsSandboxed && !_options.AllowWithoutSandbox)
            throw new JobFailedException("The server runs no programs of apps: it has no sandbox (bubblewrap) to run them in.");
        if (_user is not null)
            folder.Open();

        var command = found.IsSandboxed
            ? SandboxCommand.Sandboxed(_options, tools, _user, folder, run.Entry)
            : SandboxCommand.Unconfined(_options, tools, _user, folder, run.Entry);
        var start = ToStart(command, found.IsSandboxed ? null : folder.App);
        foreach (var (name, value) in SandboxCommand.Environment(_options, folder, run.Network, found.IsSandboxed))
            start.Environment[name] = value;
        foreach (var (name, value) in run.Environment)
            start.Environment[name] = value;
        return await starter.StartAsync(start);
    }

    private static int? UserFor(ProgramOptions options) => OperatingSystem.IsLinux() && EffectiveUser() == 0 ? options.UserId : null;

    private async Task<Found> FindAsync(CancellationToken cancellationToken)
    {
        await _probing.WaitAsync(cancellationToken);
        try
        {
            // A machine may get what it lacks while the server runs; what it has it keeps.
            return _found is { IsSandboxed: true } known ? known : _found = await ProbeAsync(cancellationToken);
        }
        finally
        {
            _probing.Release();
        }
    }

    private async Task<Found> ProbeAsync(CancellationToken cancellationToken)
    {
        if (Find(_options.Node) is not { } node)
            return new Found(null, false);
        var tools = new SandboxTools(node, Find(_options.Bubblewrap), Find("prlimit"), Find("setpriv"), Find("nice"));
        if (tools.Bubblewrap is null || tools.Prlimit is null || (_user is not null && tools.SetPriv is null))
        {
            LogNoSandbox(log, "bwrap, prlimit or setpriv is not installed");
            return new Found(_user is not null && tools.SetPriv is null ? null : tools, false);
        }

        using var folder = CreateFolder();
        await File.WriteAllTextAsync(folder.PathOf("index.js"), "", cancellationToken);
        if (_user is not null)
            folder.Open();
        var start = ToStart(SandboxCommand.Sandboxed(_options, tools, _user, folder, ""), null);
        using var process = await starter.StartAsync(start);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ProbeTime);
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode == 0)
                return new Found(tools, true);
            LogNoSandbox(log, (await error).Trim());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoSandbox(log, "it does not start in time");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return new Found(tools, false);
    }

    private static ProcessStartInfo ToStart(IReadOnlyList<string> command, string? folder)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "/",
        };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);

        // Secrets of the server may be in its environment.
        start.Environment.Clear();
        return start;
    }

    /// <summary>The real path of a program; null when there is none.</summary>
    private static string? Find(string name)
    {
        var places = name.Contains('/', StringComparison.Ordinal)
            ? [name]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, name));
        return places.Where(File.Exists).Select(path => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path))
            .FirstOrDefault();
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();

    [LoggerMessage(1351, LogLevel.Warning, "Programs of apps cannot be run in a sandbox: {Reason}")]
    private static partial void LogNoSandbox(ILogger logger, string reason);

    /// <summary>What this machine has.</summary>
    /// <param name="Tools">The programs; null when Node is missing.</param>
    /// <param name="IsSandboxed">Whether a program was seen to run in a sandbox.</param>
    private sealed record Found(SandboxTools? Tools, bool IsSandboxed);
}
