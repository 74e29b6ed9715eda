using System.Diagnostics;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>A worker, as its server holds it. For one content at a time.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process)
    {
        _process = process;
        // What libraries write there is of no use, and must not fill the pipe.
        _process.BeginErrorReadLine();
    }

    /// <summary>How many contents it was given.</summary>
    public int Uses { get; private set; }

    /// <summary>When it was used last, as a timestamp.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether the worker has all of the content it was given last: what fails from then on is its doing.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Starts one. It gets nothing of the server's environment, which may hold secrets.</summary>
    /// <exception cref="IOException">It ended at once.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<WorkerProcess> StartAsync(ThumbnailOptions options, CancellationToken cancellationToken)
    {
        var program = options.Program.Length > 0 ? options.Program : Path.Combine(AppContext.BaseDirectory, "cozy.dll");
        var isLibrary = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isLibrary ? Host() : program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (isLibrary)
            start.ArgumentList.Add(program);
        foreach (var argument in ThumbnailWorker.Arguments(options))
            start.ArgumentList.Add(argument);
        SetEnvironment(start, options);
        var worker = new WorkerProcess(Process.Start(start)!);
        try
        {
            await WorkerProtocol.ReadReadyAsync(worker._process.StandardOutput.BaseStream, cancellationToken);
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Has thumbnails made; empty images when none can be made.</summary>
    /// <exception cref="IOException">The worker ended.</exception>
    public async Task<IReadOnlyList<byte[]>> RenderAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        Uses++;
        HasContent = false;
        var input = _process.StandardInput.BaseStream;
        await WorkerProtocol.WriteLengthAsync(input, length, cancellationToken);
        await content.CopyToAsync(input, cancellationToken);
        await input.FlushAsync(cancellationToken);
        HasContent = true;
        return await WorkerProtocol.ReadImagesAsync(
            _process.StandardOutput.BaseStream, ThumbnailKey.Formats.Count, cancellationToken);
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.Dispose();
    }

    private static string Host() => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    private static void SetEnvironment(ProcessStartInfo start, ThumbnailOptions options)
    {
        var environment = start.Environment;
        foreach (var name in environment.Keys.ToList())
        {
            if (name is not ("PATH" or "HOME" or "DOTNET_ROOT" or "DOTNET_ROOT_X64" or "LD_LIBRARY_PATH"))
                environment.Remove(name);
        }

        // A file is held once; the images are small.
        environment["DOTNET_GCHeapHardLimit"] = (options.MaxFileBytes + (128L << 20)).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        environment["DOTNET_gcServer"] = "0";
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["VIPS_WARNING"] = "0";
        // Each arena reserves 64 MiB of the memory that is allowed.
        environment["MALLOC_ARENA_MAX"] = "1";
        // Never in a file, however large the image is.
        environment["VIPS_DISC_THRESHOLD"] = "1t";
    }
}
