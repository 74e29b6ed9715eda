using Cozy.Silo.Configuration;
using Xunit;

namespace Cozy.Silo.Tests.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void Without_configuration_it_is_one_process_with_its_own_stores()
    {
        var settings = Settings.Read([]);

        Assert.False(settings.Cluster.IsCluster);
        Assert.Equal(DocumentsAdapter.Sqlite, settings.Documents.Adapter);
        Assert.Equal(FilesAdapter.LocalDisk, settings.Files.Adapter);
    }

    [Theory]
    [InlineData("Server:Dta", "/srv", "Unknown configuration key Server:Dta. Did you mean Server:Data?")]
    [InlineData("Server:AdminUrl", "http://x", "Did you mean Server:AdminUrls?")]
    [InlineData("DATA", "/srv", "Unknown configuration key DATA.")]
    [InlineData("Server:ShutdownTimeout", "soon", "Server:ShutdownTimeout")]
    [InlineData("Server:ShutdownTimeout", "-00:00:01", "Server:ShutdownTimeout")]
    [InlineData("Server:Urls", "8080", "Server:Urls: '8080' is not a list of addresses")]
    [InlineData("Server:Urls", "https://127.0.0.1:8443", "Server:Urls")]
    [InlineData("Server:Urls", ";", "Server:Urls")]
    [InlineData("Log:Format", "Xml", "Log:Format")]
    [InlineData("Log:Level", "77", "Log:Level")]
    [InlineData("Documents:Adapter", "Mongo", "Documents:Adapter")]
    [InlineData("Documents:Adapter", "CouchDb", "Documents:CouchDb:Url is missing")]
    [InlineData("Files:Adapter", "Swift", "Files:Swift:AuthUrl")]
    [InlineData("Cluster:Redis", "127.0.0.1:6379", "set Documents:Adapter to CouchDb")]
    [InlineData("Cluster:ServiceId", "a b", "Cluster:ServiceId")]
    public void What_cannot_be_is_refused_by_name(string key, string value, string expected)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Settings.Read([new(key, value)]));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_cluster_over_a_local_folder_is_refused()
    {
        var failure = Assert.Throws<ConfigurationException>(() => Settings.Read(
        [
            new("Cluster:Redis", "127.0.0.1:6379"),
            new("Documents:Adapter", "CouchDb"),
            new("Documents:CouchDb:Url", "http://127.0.0.1:5984"),
        ]));

        Assert.Contains("set Files:Adapter to Swift", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_of_a_list_are_known()
    {
        var settings = Settings.Read([new("Web:TrustedProxies:0", "10.0.0.7"), new("Web:TrustedProxies:1", "10.1.0.0/16")]);

        Assert.Equal(["10.0.0.7", "10.1.0.0/16"], settings.Web.TrustedProxies);
    }

    [Theory]
    [InlineData("http://127.0.0.1:6060", true)]
    [InlineData("http://localhost:6060;http://[::1]:6060", true)]
    [InlineData("http://127.0.0.1:6060;http://10.0.0.5:6060", false)]
    [InlineData("http://*:6060", false)]
    [InlineData("http://0.0.0.0:6060", false)]
    [InlineData("http://admin.example.net:6060", false)]
    public void An_address_that_others_can_reach_is_recognised(string urls, bool isLoopback) =>
        Assert.Equal(isLoopback, Combinations.AreLoopback(urls));
}
