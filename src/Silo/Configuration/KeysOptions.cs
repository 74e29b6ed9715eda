namespace Cozy.Silo.Configuration;

/// <summary>
/// The keys that seal what must not be read in the stores: secrets of authenticator apps, mails that wait (section
/// <c>Keys</c>).
/// </summary>
internal sealed class KeysOptions
{
    /// <summary>The folder of the keys; null for <c>keys</c> below the data folder, or the Redis of a farm.</summary>
    public string? Folder { get; set; }

    /// <summary>A PKCS #12 file (PFX) whose certificate encrypts the keys; null to keep them as they are.</summary>
    public string? Certificate { get; set; }

    /// <summary>The password of that file.</summary>
    public string? CertificatePassword { get; set; }
}
