using System.Text;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.OAuth;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Grains.Tests.OAuth;

public sealed class OAuthGrainTests(TestSilo silo)
{
    private const string Clients = "io.cozy.oauth.clients";
    private const string Codes = "io.cozy.oauth.access_codes";

    [Fact]
    public async Task A_client_that_waited_too_long_is_gone_and_its_document_goes_with_the_next_registration()
    {
        var instance = await silo.CreateInstanceAsync();
        await WriteAsync(instance, Clients, "old", Client("""true,"cozyMetadata":{"createdAt":"2001-01-01T00:00:00Z"}"""));
        await WriteAsync(instance, Clients, "accepted", Client("""false,"cozyMetadata":{"createdAt":"2001-01-01T00:00:00Z"}"""));
        var clients = silo.Of<IOAuthGrain>(instance);
        Assert.Null(await clients.FindAsync("old"));
        Assert.Null(await clients.FindStandingAsync("old"));
        Assert.NotNull(await clients.FindAsync("accepted"));

        await clients.RegisterAsync(New("new", "Atlas"), isRetry: false);
        Assert.True((await ReadAsync(instance, Clients, "old"))!.Deleted);
        Assert.Equal(["accepted", "new"], (await clients.ListAsync(10, null)).Clients.Select(client => client.Id));
    }

    [Fact]
    public async Task A_document_keeps_what_this_program_does_not_know()
    {
        var instance = await silo.CreateInstanceAsync();
        await WriteAsync(instance, Clients, "c", Client("""false,"onboarding_secret":"s","nested":{"a":[1.50]}"""));
        await silo.Of<IOAuthGrain>(instance).NoteAsync("c", OAuthClientUse.Synchronized);
        var members = Encoding.UTF8.GetString((await ReadAsync(instance, Clients, "c"))!.Members.Span);
        Assert.Contains("\"onboarding_secret\":\"s\"", members, StringComparison.Ordinal);
        Assert.Contains("\"nested\":{\"a\":[1.5", members, StringComparison.Ordinal);
        Assert.Contains("\"synchronized_at\":\"20", members, StringComparison.Ordinal);
        Assert.Contains("\"client_secret\":\"secret\"", members, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_whose_outcome_was_unknown_makes_no_second_client()
    {
        var instance = await silo.CreateInstanceAsync();
        var clients = silo.Of<IOAuthGrain>(instance);
        var first = await clients.RegisterAsync(New("one", "Atlas"), isRetry: false);
        var second = await clients.RegisterAsync(New("one", "Atlas"), isRetry: true);
        Assert.Equal((first.Name, first.Revision), (second.Name, second.Revision));
        await clients.DeleteAsync("one", isRetry: false);
        await clients.DeleteAsync("one", isRetry: true);
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<CozyException>(() => clients.DeleteAsync("one", isRetry: false))).Kind);
    }

    [Fact]
    public async Task Signs_of_life_at_the_same_time_are_all_kept_and_revoking_raises_the_generation()
    {
        var instance = await silo.CreateInstanceAsync();
        var clients = silo.Of<IOAuthGrain>(instance);
        await clients.RegisterAsync(New("one", "Atlas"), isRetry: false);
        await Task.WhenAll(
            clients.NoteAsync("one", OAuthClientUse.Refreshed), clients.NoteAsync("one", OAuthClientUse.Synchronized),
            clients.AcceptAsync("one", "Linux"), clients.RevokeTokensAsync("one"));
        var client = (await clients.FindAsync("one"))!;
        Assert.NotNull(client.LastRefreshedAt);
        Assert.NotNull(client.SynchronizedAt);
        Assert.Equal((false, "Linux", 1), (client.IsPending, client.OperatingSystem, client.TokenGeneration));
        await clients.ForgetAsync();
        Assert.Equal(1, (await silo.Of<IOAuthGrain>(instance).FindStandingAsync("one"))!.TokenGeneration);
    }

    [Fact]
    public async Task A_code_is_good_once_and_not_for_long()
    {
        var instance = await silo.CreateInstanceAsync();
        var clients = silo.Of<IOAuthGrain>(instance);
        await WriteAsync(instance, Codes, "stale", """{"client_id":"one","issued_at":1000000000,"scope":"io.cozy.files"}""");
        Assert.Null(await clients.FindCodeAsync("stale"));
        Assert.Null(await clients.FindCodeAsync("never"));

        var code = await clients.CreateCodeAsync(new AuthorizationCode { ClientId = "one", Scope = "io.cozy.files", Challenge = "c" });
        Assert.True((await ReadAsync(instance, Codes, "stale"))!.Deleted);
        Assert.Equal(("one", "io.cozy.files", "c"), await clients.FindCodeAsync(code) is { } found ? (found.ClientId, found.Scope, found.Challenge) : default);
        var redeemed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => clients.RedeemCodeAsync(code)));
        Assert.Single(redeemed, won => won);
        Assert.Null(await clients.FindCodeAsync(code));
    }

    private static OAuthClient New(string id, string name) => new()
    {
        Id = id,
        Secret = "secret",
        RedirectUris = ["https://a.example/"],
        Name = name,
        SoftwareId = "a",
        IsPending = true,
    };

    private static string Client(string pendingAndMore) =>
        """{"client_secret":"secret","redirect_uris":["https://a.example/"],"client_name":"Old","software_id":"a","pending":""" + pendingAndMore + "}";

    private async Task WriteAsync(Instance instance, string doctype, string id, string json)
    {
        var members = DocumentCodec.Parse(Encoding.UTF8.GetBytes(json)).Members;
        var outcome = (await DocumentsOf(instance, doctype).EditAsync([new Edit(id, null, false, members)]))[0];
        Assert.Null(outcome.Error);
    }

    private async Task<Document?> ReadAsync(Instance instance, string doctype, string id) => await DocumentsOf(instance, doctype).ReadAsync(id);

    private IDoctypeGrain DocumentsOf(Instance instance, string doctype) =>
        silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instance.Id, doctype));
}
