using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Web.Tests.Apps;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Programs;

/// <summary>The programs of apps, in the real sandbox.</summary>
public sealed class ProgramTests(TestServer server, AppArchives archives)
{
    [Fact]
    public async Task A_service_has_the_environment_of_cozy_stack_and_reaches_its_own_instance()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Locale = "fr" });
        await Programs.InstallServicesAsync(
            cozy, archives, """{"copy":{"type":"node","file":"services/one.js","trigger":"@event io.cozy.todos:CREATED:book:kind"}}""",
            """
            const { env } = process;
            api('/data/io.cozy.todos/', { method: 'POST', headers: { host: 'somebody.else.example' }, body: JSON.stringify({ kind: 'copy', env, args: process.argv.length }) })
              .then(answer => api('/data/io.cozy.todos/_all_docs')).then(answer => { if (!answer.ok) throw new Error(answer.status); });
            """);
        var created = (await cozy.AskAsync("POST", "/data/io.cozy.todos/", Programs.Scope, Cozy.Json("""{"kind":"book","title":"Émile"}"""))).Expect(201).Json;

        var copy = await FirstAsync(cozy, "copy");
        var environment = copy.GetProperty("env").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!);
        Assert.Equal($"http://{cozy.Instance.Domain}/", environment["COZY_URL"]);
        Assert.Equal(("node", "fr", "300", "false"), (environment["COZY_LANGUAGE"], environment["COZY_LOCALE"], environment["COZY_TIME_LIMIT"], environment["COZY_JOB_MANUAL_EXECUTION"]));
        var document = Cozy.JsonOf(environment["COZY_COUCH_DOC"]);
        Assert.Equal((created.GetProperty("id").GetString(), "Émile"), (document.GetProperty("_id").GetString(), document.GetProperty("title").GetString()));
        Assert.Equal(2, copy.GetProperty("args").GetInt32());
        var trigger = Assert.Single((await cozy.AskAsync("GET", "/jobs/triggers?Worker=service", Programs.Scope)).Data.EnumerateArray());
        Assert.Equal(trigger.GetProperty("id").GetString(), environment["COZY_TRIGGER_ID"]);
        Assert.Equal("done", (await Jobs.JobEndpointsTests.WaitForAsync(cozy, environment["COZY_JOB_ID"], "done")).GetProperty("state").GetString());
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("DOTNET", StringComparison.Ordinal) || name.StartsWith("COZY_TEST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_have_triggers_as_long_as_the_manifest_says()
    {
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallServicesAsync(cozy, archives, """
            {"daily":{"file":"services/one.js","trigger":"@daily before 5am"},"cron":{"file":"services/one.js","trigger":"@cron 0 0 3 * * *"},
             "event":{"file":"services/one.js","trigger":"@event io.cozy.todos:UPDATED","debounce":"3m"},"called":{"file":"services/one.js"},
             "never":{"file":"services/one.js","trigger":"@at 2000-01-01T00:00:00.000Z"},"spy":{"file":"services/one.js","trigger":"@event io.cozy.bank.operations"}}
            """);
        Assert.Equal(["@cron 0 0 3 * * * ", "@daily before 5am ", "@event io.cozy.todos:UPDATED 3m"], await TriggersAsync(cozy));

        // The app's document says which trigger a service has.
        var services = (await cozy.AskAsync("GET", "/apps/probe", Programs.Scope)).Expect(200).Data.GetProperty("attributes").GetProperty("services");
        Assert.False(services.GetProperty("called").TryGetProperty("trigger_id", out _));
        Assert.False(services.GetProperty("never").TryGetProperty("trigger_id", out _));
        var daily = (await cozy.AskAsync("GET", $"/jobs/triggers/{services.GetProperty("daily").GetProperty("trigger_id").GetString()}", Programs.Scope)).Expect(200).Data;
        Assert.Equal("@daily", daily.GetProperty("attributes").GetProperty("type").GetString());

        await Programs.InstallServicesAsync(
            cozy, archives, """{"daily":{"file":"services/one.js","trigger":"@daily before 5am"},"cron":{"file":"services/one.js","trigger":"@cron 0 0 4 * * *"}}""",
            version: "2.0.0", method: "PUT");
        Assert.Equal(["@cron 0 0 4 * * * ", "@daily before 5am "], await TriggersAsync(cozy));

        (await cozy.AskAsync("DELETE", "/apps/probe", Programs.Scope)).Expect(200);
        Assert.Empty(await TriggersAsync(cozy));
    }

    [Theory]
    [InlineData("authorization_code+secret", """[{"shop":"x","secret":"general"}]""")]
    [InlineData("authorization_code", """[{"shop":"x"}]""")]
    public async Task A_connector_is_given_the_secret_that_the_operator_has_for_it(string mode, string told)
    {
        var cozy = await server.CreateInstanceAsync();
        var types = server.Services.GetRequiredService<IGrainFactory>().GetGrain<Grains.Accounts.IAccountTypesGrain>(0);
        var description = $$$"""{"slug":"probe","grant_mode":"{{{mode}}}","auth_endpoint":"https://example.net/","secret":"general"}""";
        await types.SaveAsync("probe-type", System.Text.Encoding.UTF8.GetBytes(description));
        await types.SaveAsync("elsewhere/probe-type", System.Text.Encoding.UTF8.GetBytes(description.Replace("general", "special", StringComparison.Ordinal)));
        try
        {
            await Programs.InstallConnectorAsync(cozy, archives, "tell([JSON.parse(process.env.COZY_PARAMETERS)]);", parameters: """{"shop":"x"}""");
            Assert.Equal(told, (await Programs.RunAsync(cozy)).Error);
        }
        finally
        {
            await types.DeleteAsync("probe-type");
            await types.DeleteAsync("elsewhere/probe-type");
        }
    }

    [Fact]
    public async Task A_connector_is_told_its_fields_parameters_and_payload()
    {
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallConnectorAsync(
            cozy, archives,
            """
            const { COZY_FIELDS, COZY_PARAMETERS, COZY_PAYLOAD, COZY_JOB_MANUAL_EXECUTION: manual } = process.env;
            const payload = COZY_PAYLOAD.startsWith('@') ? require('fs').readFileSync(__dirname + '/' + COZY_PAYLOAD.slice(1)).length : COZY_PAYLOAD;
            tell([JSON.parse(COZY_FIELDS), JSON.parse(COZY_PARAMETERS), payload, manual]);
            """,
            parameters: """{"shop":"x"}""");
        Assert.Equal(
            """[{"konnector":"probe","extra":[1]},{"shop":"x"},"","true"]""",
            (await Programs.RunAsync(cozy, """{"konnector":"probe","extra":[1]}""")).Error);

        var hook = (await cozy.AskAsync("POST", "/jobs/triggers", Programs.Scope, Cozy.Json(
            """{"data":{"attributes":{"type":"@webhook","worker":"konnector","message":{"konnector":"probe"}}}}"""))).Expect(201).Data.GetProperty("id").GetString();
        (await cozy.AskAsync("POST", $"/jobs/webhooks/{hook}", body: Cozy.Json($$"""{"long":"{{new string('x', 200_000)}}"}"""))).Expect(204);
        Assert.Equal("""[{"konnector":"probe"},{"shop":"x"},200011,"false"]""", await LastErrorAsync(cozy, hook!));
    }

    [Theory]
    [InlineData("say('error', 'first'); say('critical', 'USER_ACTION_NEEDED.OAUTH_OUTDATED'); process.exit(1)", "errored", "USER_ACTION_NEEDED.OAUTH_OUTDATED")]
    [InlineData("say('error', 'UNKNOWN_ERROR'); say('warn', 'later')", "errored", "UNKNOWN_ERROR")]
    [InlineData("console.log('no JSON'); console.log('[]'); console.log('null'); say('info', 'well')", "done", "")]
    [InlineData("process.exit(3)", "errored", "The program ended with exit code 3.")]
    [InlineData("throw new Error('x')", "errored", "The program ended with exit code 1.")]
    public async Task A_connectors_output_says_how_it_ended(string code, string state, string error)
    {
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallConnectorAsync(cozy, archives, code);
        Assert.Equal((state, error), await Programs.RunAsync(cozy));
    }

    [Fact]
    public async Task A_login_that_failed_is_not_tried_again_until_the_owner_asks()
    {
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallConnectorAsync(cozy, archives, "api('/data/io.cozy.todos/', { method: 'POST', body: '{\"kind\":\"run\"}' }).then(() => tell('LOGIN_FAILED.NEEDS_SECRET'));");
        var trigger = (await cozy.AskAsync("POST", "/jobs/triggers", Programs.Scope, Cozy.Json(
            """{"data":{"attributes":{"type":"@webhook","worker":"konnector","message":{"konnector":"probe"}}}}"""))).Expect(201).Data.GetProperty("id").GetString()!;
        for (var call = 0; call < 2; call++)
        {
            (await cozy.AskAsync("POST", $"/jobs/webhooks/{trigger}", body: Cozy.Json("{}"))).Expect(204);
            Assert.Equal("LOGIN_FAILED.NEEDS_SECRET", await LastErrorAsync(cozy, trigger, call + 1));
            Assert.Single(await RunsAsync(cozy));
        }

        (await cozy.AskAsync("POST", $"/jobs/triggers/{trigger}/launch", Programs.Scope)).Expect(201);
        await LastErrorAsync(cozy, trigger, 3);
        Assert.Equal(2, (await RunsAsync(cozy)).Count);
    }

    [Fact]
    public async Task A_connector_gets_its_folder_and_may_write_there()
    {
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallConnectorAsync(
            cozy, archives,
            """
            const { folder_to_save } = JSON.parse(process.env.COZY_FIELDS);
            Promise.all([folder_to_save, 'io.cozy.files.root-dir'].map(async dir => (await api(`/files/${dir}?Type=file&Name=${Date.now()}.txt`, { method: 'POST', body: 'x' })).status))
              .then(all => tell([folder_to_save, ...all]));
            """,
            more: ""","folders":[{"defaultDir":"x"}]""");
        var account = (await cozy.AskAsync("POST", "/data/io.cozy.accounts/", Programs.Scope, Cozy.Json("""{"account_type":"probe","name":"eve@example.org"}"""))).Expect(201).Json.GetProperty("id").GetString()!;
        var trigger = (await cozy.AskAsync("POST", $"/konnectors/probe/trigger?AccountID={account}&ExecNow=true", Programs.Scope)).Expect(201).Data;
        Assert.Equal("@cron", trigger.GetProperty("attributes").GetProperty("type").GetString());
        var id = trigger.GetProperty("id").GetString()!;
        var told = Cozy.JsonOf(await LastErrorAsync(cozy, id));

        var folder = (await cozy.AskAsync("GET", $"/files/{told[0].GetString()}", Programs.Scope)).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("/Administrative/Probe/eve_example_org", folder.GetProperty("path").GetString());
        Assert.Equal((201, 403), (told[1].GetInt32(), told[2].GetInt32()));
        var kept = (await cozy.AskAsync("GET", $"/jobs/triggers/{id}", Programs.Scope)).Data.GetProperty("attributes").GetProperty("message");
        Assert.Equal($$"""{"account":"{{account}}","folder_to_save":"{{told[0].GetString()}}","konnector":"probe"}""", Sorted(kept));

        // Moved by the owner, it is found again; in the trash, another one is made.
        (await cozy.AskAsync("PATCH", $"/files/{told[0].GetString()}", Programs.Scope, Cozy.Json("""{"data":{"attributes":{"name":"mine"}}}"""))).Expect(200);
        Assert.Equal(told[0].GetString(), Cozy.JsonOf((await Programs.RunAsync(cozy, $$"""{"konnector":"probe","account":"{{account}}","folder_to_save":"yes"}""")).Error)[0].GetString());
        (await cozy.AskAsync("DELETE", $"/files/{told[0].GetString()}", Programs.Scope)).Expect(200);
        Assert.NotEqual(told[0].GetString(), Cozy.JsonOf((await Programs.RunAsync(cozy, $$"""{"konnector":"probe","account":"{{account}}","folder_to_save":"yes"}""")).Error)[0].GetString());
    }

    [Fact]
    public async Task What_cannot_be_run_says_why()
    {
        var cozy = await server.CreateInstanceAsync();
        Assert.Equal(("errored", "The app is not installed."), await Programs.RunAsync(cozy));
        Assert.Equal(("errored", "The message has no konnector."), await Programs.RunAsync(cozy, "{}"));
        Assert.Equal(("errored", "The message names no app."), await Programs.RunAsync(cozy, """{"konnector":"../x"}"""));
        await Programs.InstallConnectorAsync(cozy, archives, "", more: ""","on_delete_account":"gone.js" """);
        Assert.Equal(("errored", "The account is not there."), await Programs.RunAsync(cozy, """{"konnector":"probe","account":"ghost"}"""));
        Assert.Equal(
            ("errored", """cleaned {"konnector":"probe","account":"ghost","account_deleted":true}"""),
            await Programs.RunAsync(cozy, """{"konnector":"probe","account":"ghost","account_deleted":true}"""));
        await Programs.InstallServicesAsync(cozy, archives, """{"one":{"file":"services/none.js"}}""");
        foreach (var (message, error) in new[] { ("""{"slug":"probe","name":"two"}""", "The app has no such service."), ("""{"slug":"probe","name":"one"}""", "The app has no such file.") })
        {
            var id = (await Jobs.JobEndpointsTests.PushAsync(cozy, "service", $$"""{"arguments":{{message}} }""")).Data.GetProperty("id").GetString()!;
            Assert.Equal(("errored", error), await Programs.EndOfAsync(cozy, id));
        }
    }

    [Fact]
    public async Task Maintenance_keeps_connectors_from_running()
    {
        var maintenance = server.Services.GetRequiredService<IGrainFactory>()
            .GetGrain<Grains.Apps.IConnectorMaintenanceGrain>(Grains.Apps.IConnectorMaintenanceGrain.Key);
        var slug = $"m{Guid.NewGuid():N}"[..20];
        var message = $$"""{"konnector":"{{slug}}"}""";
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallConnectorAsync(cozy, archives, "", slug);
        await maintenance.BeginAsync(slug, """{"flag_disallow_manual_exec":false,"messages":{}}"""u8.ToArray());
        Assert.Equal(("errored", "MAINTENANCE"), await Programs.RunAsync(cozy, message, isManual: false));
        Assert.Equal(("done", ""), await Programs.RunAsync(cozy, message));
        await maintenance.BeginAsync(slug, """{"flag_disallow_manual_exec":true}"""u8.ToArray());
        Assert.Equal(("errored", "MAINTENANCE"), await Programs.RunAsync(cozy, message));
        var listed = (await cozy.AskAsync("GET", "/registry/maintenance", Programs.Scope)).Expect(200).Json.EnumerateArray().Single(app => app.GetProperty("slug").GetString() == slug);
        Assert.Equal(
            $$$"""{"slug":"{{{slug}}}","type":"konnector","maintenance_activated":true,"maintenance_options":{"flag_disallow_manual_exec":true,"flag_infra_maintenance":true}}""",
            listed.GetRawText());
        await maintenance.EndAsync(slug);
        await maintenance.EndAsync(slug);
        Assert.Equal(("done", ""), await Programs.RunAsync(cozy, message, isManual: false));
    }

    private static string Sorted(JsonElement json) =>
        JsonSerializer.Serialize(json.EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal).ToDictionary(one => one.Name, one => one.Value));

    private static async Task<IReadOnlyList<string>> TriggersAsync(Cozy cozy) =>
        [.. (await cozy.AskAsync("GET", "/jobs/triggers?Worker=service", Programs.Scope)).Expect(200).Data.EnumerateArray()
            .Select(trigger => trigger.GetProperty("attributes"))
            .Select(one => $"{one.GetProperty("type").GetString()} {one.GetProperty("arguments").GetString()} {one.GetProperty("debounce").GetString()}")
            .Order(StringComparer.Ordinal)];

    private static async Task<string> LastErrorAsync(Cozy cozy, string trigger, int count = 1)
    {
        while (true)
        {
            var jobs = (await cozy.AskAsync("GET", $"/jobs/triggers/{trigger}/jobs", Programs.Scope)).Expect(200).Data.EnumerateArray().Select(job => job.GetProperty("attributes")).ToList();
            if (jobs.Count >= count && jobs[0].GetProperty("state").GetString() is "errored" or "done")
                return jobs[0].GetProperty("error").GetString()!;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> RunsAsync(Cozy cozy) =>
        [.. (await cozy.AskAsync("GET", "/data/io.cozy.todos/_all_docs?include_docs=true", Programs.Scope)).Expect(200).Json.GetProperty("rows").EnumerateArray()];

    private static async Task<JsonElement> FirstAsync(Cozy cozy, string kind)
    {
        while (true)
        {
            foreach (var row in await RunsAsync(cozy))
            {
                if (row.GetProperty("doc").TryGetProperty("kind", out var found) && found.GetString() == kind)
                    return row.GetProperty("doc");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
