using System.Net;

namespace Cozy.Silo.Configuration;

/// <summary>Rules that concern several settings.</summary>
internal static class Combinations
{
    /// <exception cref="ConfigurationException">A combination cannot work.</exception>
    public static void Check(Settings settings)
    {
        CheckUrls("Server:Urls", settings.Server.Urls);
        CheckUrls("Server:AdminUrls", settings.Server.AdminUrls);
        if (settings.Cluster.IsCluster)
            CheckCluster(settings);
        if (settings.Documents is { Adapter: DocumentsAdapter.CouchDb, CouchDb.Url: null })
            throw new ConfigurationException("Documents:CouchDb:Url is missing: where is the CouchDB?");
        Settings.Validate(settings.Documents.Sqlite, "Documents:Sqlite");
        Settings.Validate(settings.Documents.CouchDb, "Documents:CouchDb");
        Settings.Validate(settings.Files.Tree, "Files:Tree");
        if (settings.Files.Adapter == FilesAdapter.Swift)
            Settings.Validate(settings.Files.Swift, "Files:Swift");
    }

    /// <summary>Whether only this machine can reach all of these addresses.</summary>
    public static bool AreLoopback(string urls) => Split(urls).All(url =>
        url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && IPAddress.IsLoopback(address)));

    public static IEnumerable<Uri> Split(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            // Kestrel takes + and * for all addresses; a URI cannot have them.
            .Select(url => new Uri(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal)
                .Replace("//+", "//0.0.0.0", StringComparison.Ordinal)));

    private static void CheckUrls(string key, string urls)
    {
        try
        {
            if (Split(urls).ToArray() is { Length: > 0 } list && list.All(url => url.Scheme == Uri.UriSchemeHttp))
                return;
        }
        catch (UriFormatException)
        {
            // Said below.
        }

        throw new ConfigurationException(
            $"{key}: '{urls}' is not a list of addresses such as http://127.0.0.1:8080 (TLS is for a proxy in front).");
    }

    private static void CheckCluster(Settings settings)
    {
        // Only one process can open the files of the embedded engine, and only one machine sees a local folder.
        if (settings.Documents.Adapter != DocumentsAdapter.CouchDb)
            throw new ConfigurationException("A cluster needs shared documents: with Cluster:Redis, set Documents:Adapter to CouchDb.");
        if (settings.Files.Adapter != FilesAdapter.Swift)
            throw new ConfigurationException("A cluster needs shared files: with Cluster:Redis, set Files:Adapter to Swift.");

        ClusterModeOptions.ParseAddress("Cluster:AdvertisedAddress", settings.Cluster.AdvertisedAddress);
        ClusterModeOptions.ParseAddress("Cluster:ListenAddress", settings.Cluster.ListenAddress);
    }
}
