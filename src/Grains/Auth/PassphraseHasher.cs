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

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary>The hash to store for a passphrase.</summary>
    public async Task<string> HashAsync(string passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var key = await ComputeAsync(passphrase, salt, Cost, BlockSize, Parallelism, KeyBytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"scrypt${Cost}${BlockSize}${Parallelism}${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(key)}");
    }

    /// <summary>Whether a passphrase has this hash, compared in constant time; false when the hash is malformed.</summary>
    public async Task<bool> VerifyAsync(string passphrase, string hash)
    {
        var parts = hash.Split('$');
        if (parts is not ["scrypt", var n, var r, var p, var salt, var key]
            || !int.TryParse(n, CultureInfo.InvariantCulture, out var cost)
            || !int.TryParse(r, CultureInfo.InvariantCulture, out var blockSize)
            || !int.TryParse(p, CultureInfo.InvariantCulture, out var parallelism)
            || cost <= 1 || blockSize < 1 || parallelism < 1 || 128L * cost * blockSize > MaximumMemory)
        {
            return false;
        }

        try
        {
            var expected = Convert.FromHexString(key);
            var actual = await ComputeAsync(
                passphrase, Convert.FromHexString(salt), cost, blockSize, parallelism, expected.Length);
            return CryptographicOperations.FixedTimeEquals(actual, expected);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<byte[]> ComputeAsync(
        string passphrase, byte[] salt, int cost, int blockSize, int parallelism, int length)
    {
        await _slots.WaitAsync();
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
