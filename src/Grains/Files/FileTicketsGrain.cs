using System.Security.Cryptography;
using Cozy.Grains.Errors;
using Orleans.Placement;

namespace Cozy.Grains.Files;

/// <summary>Remembers tickets, oldest first out when their time has come.</summary>
[GrainType("filetickets"), PreferLocalPlacement]
internal sealed class FileTicketsGrain(TimeProvider time) : Grain, IFileTicketsGrain
{
    private const int MaximumBytes = 16 << 20;
    private const int OverheadBytes = 200;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, DateTimeOffset Until)> _byTime = [];
    private int _bytes;

    public Task<string> KeepAsync(string kind, ReadOnlyMemory<byte> json)
    {
        Forget();
        if (_bytes + json.Length + OverheadBytes > MaximumBytes)
            throw new CozyException(ErrorKind.TooManyRequests, "too_many_tickets", "Too much is prepared already; try again later.");

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var until = time.GetUtcNow() + Lifetime;
        _tickets[Key(kind, secret)] = new Ticket(json, until);
        _byTime.Enqueue((Key(kind, secret), until));
        _bytes += json.Length + OverheadBytes;

        // The tickets live as long as this activation does.
        DelayDeactivation(Lifetime);
        return Task.FromResult(secret);
    }

    public Task<ReadOnlyMemory<byte>?> FindAsync(string kind, string secret) => Task.FromResult<ReadOnlyMemory<byte>?>(
        _tickets.TryGetValue(Key(kind, secret), out var ticket) && ticket.Until > time.GetUtcNow() ? ticket.Json : (ReadOnlyMemory<byte>?)null);

    private static string Key(string kind, string secret) => $"{kind}/{secret}";

    private void Forget()
    {
        var now = time.GetUtcNow();
        while (_byTime.TryPeek(out var oldest) && oldest.Until <= now)
        {
            _byTime.Dequeue();
            if (_tickets.Remove(oldest.Key, out var ticket))
                _bytes -= ticket.Json.Length + OverheadBytes;
        }
    }

    private readonly record struct Ticket(ReadOnlyMemory<byte> Json, DateTimeOffset Until);
}
