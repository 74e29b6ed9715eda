using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Cozy.Grains.Errors;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>A worker, as its server holds it. For one content at a time.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int CopyBytes = 64 * 1024;

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
        await SendAsync(content, new WorkerRequest(length, null), cancellationToken);
        return await WorkerProtocol.ReadImagesAsync(Output, ThumbnailKey.Formats.Count, cancellationToken);
    }

    /// <summary>Has pages taken out of a PDF, as many of the first as fit into one answer.</summary>
    /// <param name="content">The PDF.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="numbers">The pages; none to learn how many there are.</param>
    /// <param name="maxBytes">Longest page.</param>
    /// <param name="target">Where the pages are written, one after the other.</param>
    /// <param name="cancellationToken">Gives up; the worker is of no use then.</param>
    /// <returns>What the PDF is, and the lengths of the pages; 0 for one that is broken.</returns>
    /// <exception cref="IOException">The worker ended.</exception>
    public async Task<(PdfFacts Facts, IReadOnlyList<int> Lengths)> ExtractAsync(
        Stream content, long length, IReadOnlyList<int> numbers, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        await SendAsync(content, new WorkerRequest(length, numbers), cancellationToken);
        var facts = await WorkerProtocol.ReadFactsAsync(Output, cancellationToken);
        var lengths = new List<int>();
        if (facts.State != PdfState.Open || numbers.Any(number => number < 1 || number > facts.PageCount))
            return (facts, lengths);

        while (lengths.Count < numbers.Count
            && await WorkerProtocol.ReadNumberAsync(Output, cancellationToken) is var next and not WorkerProtocol.Later)
        {
            lengths.Add(WorkerProtocol.CheckLength(next, maxBytes));
            await CopyAsync(Output, target, next, cancellationToken);
        }

        return (facts, lengths);
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

    private Stream Output => _process.StandardOutput.BaseStream;

    private async Task SendAsync(Stream content, WorkerRequest request, CancellationToken cancellationToken)
    {
        Uses++;
        HasContent = false;
        var input = _process.StandardInput.BaseStream;
        await WorkerProtocol.WriteRequestAsync(input, request, cancellationToken);
        await content.CopyToAsync(input, cancellationToken);
        await input.FlushAsync(cancellationToken);
        HasContent = true;
    }

    private static async Task CopyAsync(Stream from, Stream to, int length, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (var left = length; left > 0;)
            {
                var part = buffer.AsMemory(0, Math.Min(left, CopyBytes));
                await from.ReadExactlyAsync(part, cancellationToken);
                await WriteAsync(to, part, cancellationToken);
                left -= part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Not the worker's doing, which others of its failures are.
    private static async Task WriteAsync(Stream to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await to.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException)
        {
            throw new CozyException(ErrorKind.InsufficientStorage, "disk_full", "The server cannot keep the page while it is sent.");
        }
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

        // What a PDF is taken apart in; images are native memory, and limited as such.
        environment["DOTNET_GCHeapHardLimit"] = (options.MaxFileBytes + options.WorkerMemoryBytes).ToString("x", CultureInfo.InvariantCulture);
        environment["DOTNET_gcServer"] = "0";
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["VIPS_WARNING"] = "0";
        // Each arena reserves 64 MiB of the memory that is allowed.
        environment["MALLOC_ARENA_MAX"] = "1";
        // Never in a file, however large the image is.
        environment["VIPS_DISC_THRESHOLD"] = "1t";
    }
}
