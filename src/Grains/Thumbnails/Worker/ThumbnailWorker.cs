using System.Globalization;
using System.Runtime.InteropServices;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// The process that looks at strangers' images and PDFs: it has no secret, no socket and no file, and limits that the kernel
/// keeps. It makes thumbnails of what comes in, or takes pages out of it, and ends when its server does.
/// </summary>
public static class ThumbnailWorker
{
    /// <summary>The word on the command line that makes a process a worker.</summary>
    public const string Command = "thumbnail-worker";

    private static readonly byte[][] None = [.. ThumbnailKey.Formats.Select(_ => Array.Empty<byte>())];

    /// <summary>The arguments behind <see cref="Command"/>: the limits.</summary>
    internal static IEnumerable<string> Arguments(ThumbnailOptions options) =>
    [
        Command,
        (options.WorkerMemoryBytes + options.MaxFileBytes).ToString(CultureInfo.InvariantCulture),
        options.MaxPixels.ToString(CultureInfo.InvariantCulture),
        Math.Ceiling(options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        options.MaxFileBytes.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Works until the standard input ends.</summary>
    /// <param name="arguments">The limits, as the server passes them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 5 || !long.TryParse(arguments[1], CultureInfo.InvariantCulture, out var memory)
            || !long.TryParse(arguments[2], CultureInfo.InvariantCulture, out var maxPixels)
            || !long.TryParse(arguments[3], CultureInfo.InvariantCulture, out var seconds)
            || !long.TryParse(arguments[4], CultureInfo.InvariantCulture, out var maxBytes))
        {
            await Console.Error.WriteLineAsync("cozy: thumbnail-worker is for the server itself.");
            return 2;
        }

        using var signals = new OutlivedSignals();
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        var time = TimeSpan.FromSeconds(seconds);
        Renderer.Prepare();
        ProcessLimits.Restrict(memory);
        await WorkerProtocol.WriteReadyAsync(output);
        while (await WorkerProtocol.ReadRequestAsync(input) is { } request)
        {
            ProcessLimits.AllowProcessorTime(time);
            var content = new byte[request.Length];
            await input.ReadExactlyAsync(content);
            if (request.Pages is { } pages)
                await PageWriter.WriteAsync(output, content, pages, maxBytes, time);
            else
                await WorkerProtocol.WriteImagesAsync(output, Renderer.Render(content, maxPixels) ?? None);
        }

        return 0;
    }

    /// <summary>
    /// A console and a service manager tell all processes to stop at once. What is at work is for the server to end, which would
    /// else take a file for one that its worker dies of.
    /// </summary>
    private sealed class OutlivedSignals : IDisposable
    {
        private readonly PosixSignalRegistration[] _registrations =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
                .Select(signal => PosixSignalRegistration.Create(signal, static context => context.Cancel = true)),
        ];

        public void Dispose()
        {
            foreach (var registration in _registrations)
                registration.Dispose();
        }
    }
}
