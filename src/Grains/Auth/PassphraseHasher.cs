using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace Cozy.Grains.Auth;

/// <summary>
/// Hashes passphrases with scrypt, in the form cozy-stack stores: <c>scrypt$N$r$p$salt$key</c>, the last two in
/// hexadecimal. A hash takes some 100 ms and 32 MB, so as many run at once as there are processors, on the thread pool.
/// </summary>
public sealed class PassphraseHasher : IDisposable
{
    private const int Cost = 32768;
    private const int BlockSize = 8;
    private const int Parallelism = 1;
    private const int KeyBytes = 32;
    private const int SaltBytes = 16;
    private const long MaximumMemory = 256L << 20;

    private static readonly ScryptHash Nothing = new(
        Cost, BlockSize, Parallelism, new byte[SaltBytes], RandomNumberGenerator.GetBytes(KeyBytes));

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);
    private long _work;

    /// <summary>The hash to store for a passphrase.</summary>
    public async Task<string> HashAsync(string passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var key = await ComputeAsync(passphrase, salt, Cost, BlockSize, Parallelism, KeyBytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"scrypt${Cost}${BlockSize}${Parallelism}${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(key)}");
    }

    /// <summary>What computing one hash costs, as <see cref="Work"/> counts it.</summary>
    public static long WorkOfOne => (long)Cost * BlockSize * Parallelism;

    /// <summary>
    /// What was computed so far, as the product of scrypt's three parameters: every answer to an attempt costs
    /// <see cref="WorkOfOne"/>, whatever it is.
    /// </summary>
    public long Work => Interlocked.Read(ref _work);

    /// <summary>
    /// Whether a passphrase has this hash, compared in constant time; false when the hash is malformed or there is none,
    /// which takes as long.
    /// </summary>
    public async Task<bool> VerifyAsync(string passphrase, string? hash)
    {
        var known = ScryptHash.Parse(hash, MaximumMemory);
        var used = known ?? Nothing;
        var actual = await ComputeAsync(
            passphrase, used.Salt, used.Cost, used.BlockSize, used.Parallelism, used.Key.Length);
        return CryptographicOperations.FixedTimeEquals(actual, used.Key) && known is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<byte[]> ComputeAsync(
        string passphrase, byte[] salt, int cost, int blockSize, int parallelism, int length)
    {
        await _slots.WaitAsync();
        Interlocked.Add(ref _work, (long)cost * blockSize * parallelism);
        try
        {
            return await Task.Run(() => SCrypt.Generate(
                Encoding.UTF8.GetBytes(passphrase), salt, cost, blockSize, parallelism, length));
        }
        finally
        {
            _slots.Release();
        }
    }
}

/// <summary>A hash of scrypt and how it was made.</summary>
internal sealed record ScryptHash(int Cost, int BlockSize, int Parallelism, byte[] Salt, byte[] Key)
{
    /// <summary>Reads <c>scrypt$N$r$p$salt$key</c>; null when it is none, or would take more memory than allowed.</summary>
    public static ScryptHash? Parse(string? text, long maximumMemory)
    {
        if (text?.Split('$') is not ["scrypt", var n, var r, var p, var salt, var key]
            || !int.TryParse(n, CultureInfo.InvariantCulture, out var cost)
            || !int.TryParse(r, CultureInfo.InvariantCulture, out var blockSize)
            || !int.TryParse(p, CultureInfo.InvariantCulture, out var parallelism)
            || cost <= 1 || !System.Numerics.BitOperations.IsPow2(cost) || blockSize < 1 || parallelism < 1
            || key.Length == 0 || 128L * cost * blockSize > maximumMemory)
        {
            return null;
        }

        try
        {
            return new ScryptHash(cost, blockSize, parallelism, Convert.FromHexString(salt), Convert.FromHexString(key));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
