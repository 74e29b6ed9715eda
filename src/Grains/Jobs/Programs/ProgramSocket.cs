using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>
/// The only way out of a sandbox: a socket whose connections begin with a line <c>host port</c>. Those to the program's
/// own instance are handed to the HTTP front, others are carried to the Internet if the program may reach it.
/// </summary>
internal sealed partial class ProgramSocket : IAsyncDisposable
{
    private const int LongestLine = 300;

    private readonly ProgramDestinations _destinations;
    private readonly ILogger _log;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places;
    private readonly Task _accepting;

    /// <summary>Listens in a run's folder.</summary>
    public ProgramSocket(ProgramFolder folder, ProgramDestinations destinations, int maxConnections, ILogger log)
    {
        (_destinations, _log, _places) = (destinations, log, new SemaphoreSlim(maxConnections));
        _listener.Bind(new UnixDomainSocketEndPoint(folder.Socket));

        // Who gets as far as this folder may use it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Socket, (UnixFileMode)0b110_110_110);
        _listener.Listen();
        _accepting = AcceptAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _places.WaitAsync(cancellationToken);
            var connection = await _listener.AcceptAsync(cancellationToken);
            _ = ServeAsync(connection, cancellationToken);
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken cancellationToken)
    {
        var isOurs = true;
        try
        {
            if (await ReadTargetAsync(connection, cancellationToken) is not { } target)
                return;
            if (_destinations.IsOwn(target.Host, target.Port))
            {
                if (_destinations.HandOver(connection) is { } serving)
                {
                    isOurs = false;
                    await serving;
                }

                return;
            }

            using var other = await _destinations.ConnectAsync(target.Host, target.Port, cancellationToken);
            await CarryAsync(connection, other, cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            LogNotConnected(_log, failure.Message);
        }
        finally
        {
            if (isOurs)
                connection.Dispose();
            _places.Release();
        }
    }

    /// <summary>Byte by byte, because what comes behind the line is not for us.</summary>
    private static async Task<(string Host, int Port)?> ReadTargetAsync(Socket connection, CancellationToken cancellationToken)
    {
        var line = new byte[LongestLine];
        for (var length = 0; length < line.Length; length++)
        {
            if (await connection.ReceiveAsync(line.AsMemory(length, 1), cancellationToken) == 0)
                return null;
            if (line[length] == '\n')
            {
                return Encoding.UTF8.GetString(line, 0, length).Split(' ') is [{ Length: > 0 } host, var port]
                    && ushort.TryParse(port, out var number) ? (host, number) : null;
            }
        }

        return null;
    }

    private static async Task CarryAsync(Socket one, Socket other, CancellationToken cancellationToken) =>
        await Task.WhenAll(CarryAllAsync(one, other, cancellationToken), CarryAllAsync(other, one, cancellationToken));

    private static async Task CarryAllAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var target = new NetworkStream(to);
            await source.CopyToAsync(target, cancellationToken);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // One side is gone: the other has nobody to talk to.
            from.Close();
            to.Close();
        }
    }

    [LoggerMessage(1352, LogLevel.Information, "A connection of a program of an app was not made: {Reason}")]
    private static partial void LogNotConnected(ILogger logger, string reason);
}
