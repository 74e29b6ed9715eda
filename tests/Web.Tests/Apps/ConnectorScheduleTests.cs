using System.Text.Json;
using Cozy.Web.Apps;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class ConnectorScheduleTests
{
    [Theory]
    [InlineData("""{"frequency":"hourly"}""", @"^[0-5]?\d [0-5]?\d \* \* \* \*$")]
    [InlineData("""{"frequency":"daily","time_interval":[14,16]}""", @"^[0-5]?\d [0-5]?\d 1[45] \* \* \*$")]
    [InlineData("""{"frequency":"monthly"}""", @"^[0-5]?\d [0-5]?\d [0-4] ([1-9]|1\d|2[0-8]) \* \*$")]
    [InlineData("""{"frequency":"weekly","time_interval":[23,24]}""", @"^[0-5]?\d [0-5]?\d 23 \* \* [0-6]$")]
    [InlineData("""{"frequency":7,"time_interval":["x"]}""", @"^[0-5]?\d [0-5]?\d [0-4] \* \* [0-6]$")]
    [InlineData("""{"time_interval":[5,2]}""", @"^[0-5]?\d [0-5]?\d [0-4] \* \* [0-6]$")]
    public void A_connector_runs_as_often_as_its_manifest_asks(string manifest, string expected)
    {
        using var json = JsonDocument.Parse(manifest);
        for (var i = 0; i < 200; i++)
            Assert.Matches(expected, ConnectorSchedule.CrontabOf(json.RootElement, $"account {i}"));
        Assert.Equal(ConnectorSchedule.CrontabOf(json.RootElement, "a"), ConnectorSchedule.CrontabOf(json.RootElement, "a"));
    }

    [Theory]
    [InlineData("""{}""", false)]
    [InlineData("""{"folders":[{"defaultDir":"/"}]}""", true)]
    [InlineData("""{"fields":{"login":{}}}""", false)]
    [InlineData("""{"fields":{"advanced_fields":{"folderPath":{"advanced":true}}}}""", true)]
    public void A_connector_that_keeps_files_needs_a_folder(string manifest, bool expected)
    {
        using var json = JsonDocument.Parse(manifest);
        Assert.Equal(expected, ConnectorSchedule.HasFolder(json.RootElement));
    }
}
