using System.Globalization;
using System.Runtime.InteropServices;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// The process that looks at strangers' images: it has no secret, no socket and no file, and limits that the kernel keeps.
/// It makes thumbnails of what comes in and ends when its server does.
/// </summary>
public static class ThumbnailWorker
{
    /// <summary>The word on the command line that makes a process a worker.</summary>
    public const string Command = "thumbnail-worker";

    /// <summary>The arguments behind <see cref="Command"/>: the limits.</summary>
    internal static IEnumerable<string> Arguments(ThumbnailOptions options) =>
    [
        Command,
        (options.WorkerMemoryBytes + options.MaxFileBytes).ToString(CultureInfo.InvariantCulture),
        options.MaxPixels.ToString(CultureInfo.InvariantCulture),
        Math.Ceiling(options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Works until the standard input ends.</summary>
    /// <param name="arguments">The limits, as the server passes them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 4 || !long.TryParse(arguments[1], CultureInfo.InvariantCulture, out var memory)
            || !long.TryParse(arguments[2], CultureInfo.InvariantCulture, out var maxPixels)
            || !long.TryParse(arguments[3], CultureInfo.InvariantCulture, out var seconds))
        {
            await Console.Error.WriteLineAsync("cozy: thumbnail-worker is for the server itself.");
            return 2;
        }

        using var signals = new OutlivedSignals();
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        Renderer.Prepare();
        ProcessLimits.Restrict(memory);
        await WorkerProtocol.WriteReadyAsync(output);
        while (await WorkerProtocol.ReadLengthAsync(input, CancellationToken.None) is { } length)
        {
            ProcessLimits.AllowProcessorTime(TimeSpan.FromSeconds(seconds));
            var content = new byte[length];
            await input.ReadExactlyAsync(content);
            var images = Renderer.Render(content, maxPixels);
            await WorkerProtocol.WriteImagesAsync(
                output, images ?? [.. ThumbnailKey.Formats.Select(_ => Array.Empty<byte>())], CancellationToken.None);
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
