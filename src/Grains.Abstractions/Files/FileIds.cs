using System.Globalization;
using System.Security.Cryptography;

namespace Cozy.Grains.Files;

/// <summary>
/// Makes the ids of new files and folders: UUIDs of version 7 without hyphens, whose random part begins with the fraction of the
/// millisecond (RFC 9562, section 6.2, method 3). Those of one maker sort in the order in which they were made, which keeps
/// the store's index dense and listings in that order; they run ahead of the clock only above four million a second.
/// </summary>
public sealed class FileIds(TimeProvider time)
{
    private const int FractionBits = 12;
    private const ulong Variant = 0x8000_0000_0000_0000;
    private const ulong VariantMask = 0xC000_0000_0000_0000;

    // Milliseconds since 1970 and their fraction in one number.
    private long _newest;

    /// <summary>An id that no other file of any instance has.</summary>
    public string Next()
    {
        var at = Reserve();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{at >> FractionBits:x12}7{at & ((1 << FractionBits) - 1):x3}{Variant | (Random() & ~VariantMask):x16}");
    }

    private static ulong Random()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    private long Reserve()
    {
        var ticks = time.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks;
        var now = (ticks / TimeSpan.TicksPerMillisecond << FractionBits)
            + ((ticks % TimeSpan.TicksPerMillisecond << FractionBits) / TimeSpan.TicksPerMillisecond);
        while (true)
        {
            var newest = Volatile.Read(ref _newest);
            var next = Math.Max(now, newest + 1);
            if (Interlocked.CompareExchange(ref _newest, next, newest) == newest)
                return next;
        }
    }
}
