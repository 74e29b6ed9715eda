using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cozy.Silo.Configuration;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace Cozy.Silo.Hosting;

/// <summary>ASP.NET's data protection, with its keys where all silos find them again.</summary>
internal static class KeyServices
{
    /// <summary>Where the keys are, below the data folder.</summary>
    public const string FolderName = "keys";

    // Of all that the keys may be used for in other programs, this is ours.
    private const string ApplicationName = "cozy";

    public static IServiceCollection AddCozyKeys(this IServiceCollection services, Settings settings)
    {
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName);
        if (settings.Keys.Folder is null && settings.Cluster.IsCluster)
        {
            // Opened when a key is first needed, and then kept: the keys are few and rarely read.
            var redis = new Lazy<IDatabase>(() => ConnectionMultiplexer.Connect(settings.Cluster.Redis!).GetDatabase());
            protection.PersistKeysToStackExchangeRedis(() => redis.Value, $"{settings.Cluster.ServiceId}/keys");
        }
        else
        {
            protection.PersistKeysToFileSystem(OpenFolder(settings));
        }

        if (settings.Keys.Certificate is { } path)
            protection.ProtectKeysWithCertificate(Load(path, settings.Keys.CertificatePassword));
        return services;
    }

    private static DirectoryInfo OpenFolder(Settings settings)
    {
        var path = Path.GetFullPath(settings.Keys.Folder ?? Path.Combine(settings.Server.Data, FolderName));
        try
        {
            return OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(path)
                : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Keys:Folder: cannot create {path}: {failure.Message}", failure);
        }
    }

    private static X509Certificate2 Load(string path, string? password)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException($"Keys:Certificate: cannot read {path}: {failure.Message}", failure);
        }
    }
}
