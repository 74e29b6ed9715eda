namespace Cozy.Web.Admin;

/// <summary>Settings of the admin API (configuration section <c>Admin</c>).</summary>
public sealed class AdminOptions
{
    /// <summary>
    /// The file with the hash of the admin secret, as <c>cozy config passwd</c> writes it; null for
    /// <c>cozy-admin-passphrase</c> in the data folder, which need not exist.
    /// </summary>
    public string? SecretFile { get; set; }
}
