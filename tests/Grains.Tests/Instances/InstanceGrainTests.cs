using System.Text;
using Cozy.Grains.Alarms;
using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Domains;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Grains.Tests.Instances;

public sealed class InstanceGrainTests(TestSilo silo)
{
    [Fact]
    public async Task A_new_instance_answers_its_names_and_has_what_it_was_given()
    {
        var alias = TestSilo.NewDomain();
        var instance = await silo.CreateInstanceAsync(request => request with
        {
            DomainAliases = [alias],
            Locale = "fr",
            Email = "alice@example.net",
            PublicName = "Alice",
            TimeZone = "Europe/Paris",
            DiskQuota = 5_000,
        });

        Assert.Equal(instance.Id, await silo.Grains.GetGrain<IDomainGrain>(instance.Domain).ResolveAsync());
        Assert.Equal(instance.Id, await silo.Grains.GetGrain<IDomainGrain>(alias).ResolveAsync());
        var read = await silo.Of<IInstanceGrain>(instance).GetAsync();
        Assert.Equal(
            ("fr", "alice@example.net", "Alice", "Europe/Paris", 5_000L),
            (read!.Locale, read.Email, read.PublicName, read.TimeZone, read.DiskQuota));
        Assert.Equal((64, 128, 128, 16), (
            read.SessionSecret.Length, read.OAuthSecret.Length, read.CliSecret.Length, read.RegisterToken.Length));
        Assert.False(read.OnboardingFinished);
    }

    [Fact]
    public async Task The_document_has_the_fields_of_the_original()
    {
        var instance = await silo.CreateInstanceAsync(request => request with { Passphrase = "x", KdfIterations = 50_000 });

        var document = await silo.Documents.GetAsync(
            Instances, instance.Id, ReadOptions.Winner, TestContext.Current.CancellationToken);
        var json = Encoding.UTF8.GetString(document!.Members.Span);
        Assert.StartsWith($"\"domain\":\"{instance.Domain}\",\"prefix\":\"{instance.Id}\",\"locale\":\"en\"", json);
        Assert.Contains("\"onboarding_finished\":true,\"password_defined\":true,\"passphrase_hash\":\"", json);
        Assert.DoesNotContain("register_token", json);
        Assert.StartsWith("scrypt$32768$8$1$", instance.PassphraseHash);
    }

    [Fact]
    public async Task A_domain_can_be_taken_once()
    {
        var instance = await silo.CreateInstanceAsync();

        var again = await Assert.ThrowsAsync<CozyException>(() => silo.CreateInstanceAsync(
            request => request with { Domain = instance.Domain }));
        var asAlias = await Assert.ThrowsAsync<CozyException>(() => silo.CreateInstanceAsync(
            request => request with { DomainAliases = [TestSilo.NewDomain(), instance.Domain] }));

        Assert.Equal((ErrorKind.Conflict, ErrorKind.Conflict), (again.Kind, asAlias.Kind));
    }

    [Fact]
    public async Task A_refused_creation_gives_back_the_names_it_had_taken()
    {
        var taken = await silo.CreateInstanceAsync();
        var free = TestSilo.NewDomain();

        await Assert.ThrowsAsync<CozyException>(() => silo.CreateInstanceAsync(
            request => request with { DomainAliases = [free, taken.Domain] }));

        var other = await silo.CreateInstanceAsync(request => request with { Domain = free });
        Assert.Equal(other.Id, await silo.Grains.GetGrain<IDomainGrain>(free).ResolveAsync());
    }

    [Fact]
    public async Task A_creation_that_died_half_way_is_finished_by_repeating_it()
    {
        // The first thing a creation does is to claim the domain.
        var domain = TestSilo.NewDomain();
        var id = DomainName.InstanceId(domain);
        await silo.Grains.GetGrain<IDomainGrain>(domain).ClaimAsync(id);
        await silo.Grains.GetGrain<IFileTreeGrain>(id).InitializeAsync("en");
        Assert.Null(await silo.Grains.GetGrain<IInstanceGrain>(id).GetAsync());

        var instance = await silo.CreateInstanceAsync(request => request with { Domain = domain });

        var page = await silo.Of<IFileTreeGrain>(instance).ListChildrenAsync(new ChildrenQuery(WellKnownFiles.RootId, 10));
        Assert.Equal(["Administrative", "Photos"], page.Entries.Select(entry => entry.Path.Trim('/')));
    }

    [Theory]
    [InlineData("locale")]
    [InlineData("tz")]
    [InlineData("KdfIterations")]
    [InlineData("passphrase")]
    [InlineData("disk_quota")]
    [InlineData("domain_aliases")]
    public async Task A_bad_value_is_refused_by_name(string wrong)
    {
        var failure = await Assert.ThrowsAsync<CozyException>(() => silo.CreateInstanceAsync(request => wrong switch
        {
            "locale" => request with { Locale = "../en" },
            "tz" => request with { TimeZone = "Mars/Olympus" },
            "KdfIterations" => request with { KdfIterations = 10 },
            "passphrase" => request with { Passphrase = "" },
            "disk_quota" => request with { DiskQuota = -5 },
            _ => request with { DomainAliases = [request.Domain] },
        }));

        Assert.Equal((ErrorKind.Invalid, wrong), (failure.Kind, failure.WrongInput));
    }

    [Fact]
    public async Task A_modification_changes_what_it_names_and_nothing_else()
    {
        var (oldAlias, newAlias) = (TestSilo.NewDomain(), TestSilo.NewDomain());
        var instance = await silo.CreateInstanceAsync(request => request with
        {
            DomainAliases = [oldAlias],
            Email = "a@example.net",
            PublicName = "A",
        });

        var changed = await silo.Of<IInstanceGrain>(instance).ModifyAsync(new InstancePatch
        {
            DomainAliases = [newAlias],
            PublicName = "B",
            DiskQuota = 7,
        });

        Assert.Equal(("B", "a@example.net", 7L, "en"), (changed.PublicName, changed.Email, changed.DiskQuota, changed.Locale));
        Assert.Equal(instance.SessionSecret.ToArray(), changed.SessionSecret.ToArray());
        Assert.Null(await silo.Grains.GetGrain<IDomainGrain>(oldAlias).ResolveAsync());
        Assert.Equal(instance.Id, await silo.Grains.GetGrain<IDomainGrain>(newAlias).ResolveAsync());
    }

    [Fact]
    public async Task Settings_that_an_app_changes_show_in_the_instance()
    {
        var instance = await silo.CreateInstanceAsync(request => request with { PublicName = "Before" });
        var settings = silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instance.Id, "io.cozy.settings"));
        var document = await settings.ReadAsync("io.cozy.settings.instance");

        await settings.EditAsync([new Edit(
            document!.Id, document.Revision, false, Encoding.UTF8.GetBytes("\"public_name\":\"After\""))]);

        var deadline = TimeSpan.FromSeconds(10);
        using var timeout = new CancellationTokenSource(deadline);
        while ((await silo.Of<IInstanceGrain>(instance).GetAsync())!.PublicName != "After")
            await Task.Delay(10, timeout.Token);
    }

    [Fact]
    public async Task A_destroyed_instance_leaves_nothing_and_its_domain_starts_afresh()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var instance = await silo.CreateInstanceAsync();
        var notes = silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instance.Id, "io.cozy.secrets"));
        await notes.EditAsync([new Edit("one", null, false, Encoding.UTF8.GetBytes("\"a\":1"))]);
        await silo.Of<IFileTreeGrain>(instance).CreateDirectoryAsync(new NewDirectory { Name = "Mine" });

        await silo.Of<IInstanceGrain>(instance).DestroyAsync();

        Assert.Null(await silo.Of<IInstanceGrain>(instance).GetAsync());
        Assert.Null(await silo.Grains.GetGrain<IDomainGrain>(instance.Domain).ResolveAsync());
        Assert.Empty(await silo.Documents.ListDatabasesAsync(instance.Id, cancellationToken));

        var again = await silo.CreateInstanceAsync(request => request with { Domain = instance.Domain });
        Assert.Equal(instance.Id, again.Id);
        Assert.NotEqual(instance.SessionSecret.ToArray(), again.SessionSecret.ToArray());
        await Assert.ThrowsAsync<CozyException>(async () => await notes.ReadAsync("one"));
        Assert.Null(await silo.Of<IFileTreeGrain>(again).FindByPathAsync("/Mine"));
    }

    [Fact]
    public async Task A_destruction_that_died_half_way_finishes_by_itself()
    {
        // What a crash after the mark leaves: the instance's document, marked, and the alarm that was set before.
        var cancellationToken = TestContext.Current.CancellationToken;
        var domain = TestSilo.NewDomain();
        var id = DomainName.InstanceId(domain);
        await silo.Grains.GetGrain<IDomainGrain>(domain).ClaimAsync(id);
        await silo.Documents.EditAsync(
            new DatabaseName(id, "io-cozy-secrets"), [new DocumentEdit("one", null, false, "\"a\":1"u8.ToArray())], cancellationToken);
        var secret = Convert.ToBase64String(new byte[64]);
        await silo.Documents.EditAsync(
            Instances,
            [new DocumentEdit(id, null, false, Encoding.UTF8.GetBytes(
                $"\"domain\":\"{domain}\",\"prefix\":\"{id}\",\"locale\":\"en\",\"session_secret\":\"{secret}\",\"oauth_secret\":\"{secret}\",\"cli_secret\":\"{secret}\",\"deleting\":true"))],
            cancellationToken);
        await SetAlarmAsync(id);

        await Until.TrueAsync(async () => await silo.Grains.GetGrain<IDomainGrain>(domain).ResolveAsync() is null && !await HasAlarmAsync(id));

        Assert.Empty(await silo.Documents.ListDatabasesAsync(id, cancellationToken));
        Assert.True((await silo.Documents.GetAsync(Instances, id, ReadOptions.Winner, cancellationToken))!.Deleted);
    }

    [Fact]
    public async Task An_alarm_does_no_harm_to_an_instance_that_nobody_destroys()
    {
        var instance = await silo.CreateInstanceAsync();

        // As when the server died between the alarm and the mark.
        await SetAlarmAsync(instance.Id);
        await Until.TrueAsync(async () => !await HasAlarmAsync(instance.Id));

        Assert.NotNull(await silo.Of<IInstanceGrain>(instance).GetAsync());
        Assert.NotNull(await silo.Of<IFileTreeGrain>(instance).FindByPathAsync("/Photos"));
    }

    [Fact]
    public async Task Instances_are_listed_page_by_page_in_the_order_of_their_ids()
    {
        for (var i = 0; i < 3; i++)
            await silo.CreateInstanceAsync();
        var directory = silo.Grains.GetGrain<IInstanceDirectoryGrain>(0);

        var ids = new List<string>();
        InstancePage page;
        do
        {
            page = await directory.ListAsync(2, ids.LastOrDefault());
            ids.AddRange(page.Instances.Select(instance => instance.Id));
        }
        while (page.HasMore);

        Assert.True(ids.Count >= 3);
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task The_owner_logs_in_with_the_passphrase_the_operator_gave()
    {
        var instance = await silo.CreateInstanceAsync(request => request with { Passphrase = "correct horse", KdfIterations = 50_000 });
        var derived = PassphraseDerivation.Derive("correct horse", instance.Domain, instance.KdfIterations);

        var session = await silo.Of<IAuthGrain>(instance).LoginAsync(new LoginAttempt { DerivedPassphrase = derived });

        Assert.NotNull(session);
    }

    private static DatabaseName Instances { get; } = new("global", "instances");

    private Task SetAlarmAsync(string id) =>
        silo.Grains.GetGrain<IAlarmsGrain>(0).SetAsync(GrainId.Create("instance", id), DateTimeOffset.UtcNow);

    private async Task<bool> HasAlarmAsync(string id) => await silo.Documents.GetAsync(
        new DatabaseName("global", "alarms"), $"instance/{id}", ReadOptions.Winner, TestContext.Current.CancellationToken) is { Deleted: false };
}
