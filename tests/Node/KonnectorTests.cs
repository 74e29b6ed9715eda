using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Node.Tests;

/// <summary>A connector made with cozy-konnector-libs, in the sandbox of a real server.</summary>
public sealed class KonnectorTests(NodeServer server)
{
    private const string Scope = "io.cozy.konnectors io.cozy.accounts io.cozy.triggers io.cozy.jobs io.cozy.files io.cozy.bills io.cozy.todos";

    [Fact]
    public async Task It_saves_files_and_bills_once_and_a_wrong_password_is_told()
    {
        using var shop = await SampleShop.OpenAsync();
        using var cozy = await server.CreateInstanceAsync(Scope);
        await shop.InstallAsync(cozy, TestContext.Current.CancellationToken);

        // 1. The first run finds two bills; a second one finds nothing new.
        var account = await AccountAsync(cozy, SampleShop.Password);
        var trigger = await TriggerAsync(cozy, account, run: true);
        Assert.Equal(("done", ""), await EndOfAsync(cozy, trigger, 1));
        await AskAsync(cozy, HttpMethod.Post, $"/jobs/triggers/{trigger}/launch");
        Assert.Equal(("done", ""), await EndOfAsync(cozy, trigger, 2));
        Assert.Equal(2, shop.Logins);
        await RequireBillsAsync(cozy, account);

        // 2. With a wrong password the owner is told so, and the site is left alone from then on.
        var wrong = await AccountAsync(cozy, "wrong");
        var added = await AskAsync(cozy, HttpMethod.Post, "/jobs/triggers", $$$$$"""
            {"data":{"attributes":{"type":"@event","arguments":"io.cozy.todos:CREATED","worker":"konnector","message":{"konnector":"sample","account":"{{{{{wrong}}}}}"}}}}
            """);
        var waiting = added.GetProperty("data").GetProperty("id").GetString()!;
        for (var run = 1; run <= 2; run++)
        {
            await AskAsync(cozy, HttpMethod.Post, "/data/io.cozy.todos/", "{}");
            Assert.Equal(("errored", "LOGIN_FAILED"), await EndOfAsync(cozy, waiting, run));
        }

        Assert.Equal(3, shop.Logins);
        var state = (await AskAsync(cozy, HttpMethod.Get, $"/jobs/triggers/{waiting}/state")).GetProperty("data").GetProperty("attributes");
        Assert.Equal(("errored", "LOGIN_FAILED"), (state.GetProperty("status").GetString(), state.GetProperty("last_error").GetString()));
    }

    private static async Task RequireBillsAsync(CozyClient cozy, string account)
    {
        var bills = (await AskAsync(cozy, HttpMethod.Get, "/data/io.cozy.bills/_all_docs?include_docs=true")).GetProperty("rows").EnumerateArray()
            .Select(row => row.GetProperty("doc")).Where(document => document.TryGetProperty("vendorRef", out _))
            .OrderBy(bill => bill.GetProperty("vendorRef").GetString(), StringComparer.Ordinal).ToList();
        Assert.Equal([12.3, 45.6], bills.Select(bill => bill.GetProperty("amount").GetDouble()));
        foreach (var (bill, name) in bills.Zip(["b1", "b2"]))
        {
            var file = bill.GetProperty("invoice").GetString()!["io.cozy.files:".Length..];
            Assert.Equal(SampleShop.BillOf(name), await cozy.DownloadAsync(file));
            var attributes = (await AskAsync(cozy, HttpMethod.Get, $"/files/{file}")).GetProperty("data").GetProperty("attributes");
            Assert.Equal(account, attributes.GetProperty("cozyMetadata").GetProperty("sourceAccount").GetString());
        }

        var folder = (await AskAsync(cozy, HttpMethod.Get, "/files/metadata?Path=/Administrative/Sample/eve")).GetProperty("data");
        Assert.Equal(2, folder.GetProperty("relationships").GetProperty("contents").GetProperty("data").GetArrayLength());
    }

    private static async Task<string> AccountAsync(CozyClient cozy, string password) => (await AskAsync(
        cozy, HttpMethod.Post, "/data/io.cozy.accounts/",
        JsonSerializer.Serialize(new { account_type = "sample", name = "eve", auth = new { login = "eve", password } }))).GetProperty("id").GetString()!;

    private static async Task<string> TriggerAsync(CozyClient cozy, string account, bool run) =>
        (await AskAsync(cozy, HttpMethod.Post, $"/konnectors/sample/trigger?AccountID={account}&ExecNow={(run ? "true" : "false")}")).GetProperty("data").GetProperty("id").GetString()!;

    private static async Task<(string State, string Error)> EndOfAsync(CozyClient cozy, string trigger, int count)
    {
        JsonElement job = default;
        await UntilAsync(async () =>
        {
            var jobs = (await AskAsync(cozy, HttpMethod.Get, $"/jobs/triggers/{trigger}/jobs")).GetProperty("data").EnumerateArray().ToList();
            job = jobs.Count > 0 ? jobs[0].GetProperty("attributes") : default;
            return jobs.Count >= count && job.GetProperty("state").GetString() is "done" or "errored";
        });
        return (job.GetProperty("state").GetString()!, job.TryGetProperty("error", out var error) ? error.GetString()! : "");
    }

    private static Task<JsonElement> AskAsync(CozyClient cozy, HttpMethod method, string path, string? body = null) =>
        cozy.JsonAsync(method, path, body, TestContext.Current.CancellationToken);

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
