using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Auth.OAuth;

public sealed class RegistrationTests(TestServer server)
{
    [Fact]
    public async Task A_client_registers_in_the_shape_clients_know()
    {
        var owner = await Owner.CreateAsync(server);
        var client = (await owner.RegisterAsync(Owner.Metadata(
            "Atlas", ""","client_kind":"mobile","client_uri":"https://atlas.example.net","notification_platform":"Android","notifications":{"late":{"description":"x"}}"""))).Json;
        Assert.Equal(
            ["client_id", "client_secret", "client_secret_expires_at", "registration_access_token", "pending", "redirect_uris", "grant_types",
                "response_types", "client_name", "client_kind", "client_uri", "software_id", "notifications", "notification_platform",
                "cozyMetadata"],
            client.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""["authorization_code","refresh_token"]""", client.GetProperty("grant_types").GetRawText());
        Assert.Equal("android", client.GetProperty("notification_platform").GetString());
        Assert.True(client.GetProperty("pending").GetBoolean());
        Assert.Equal(0, client.GetProperty("client_secret_expires_at").GetInt32());
    }

    [Fact]
    public async Task Names_are_made_unique()
    {
        var owner = await Owner.CreateAsync(server);
        var names = new List<string?>();
        foreach (var name in new[] { "Atlas", "Atlas", "Atlas", "Atlas-7", "Atlas", "Atlas 2" })
            names.Add((await owner.RegisterAsync(Owner.Metadata(name))).Json.GetProperty("client_name").GetString());
        Assert.Equal(["Atlas", "Atlas-2", "Atlas-3", "Atlas-7", "Atlas-8", "Atlas 2"], names);
    }

    [Theory]
    [InlineData("""{"client_name":"A","software_id":"a"}""", "invalid_redirect_uri", "redirect_uris is mandatory")]
    [InlineData("""{"redirect_uris":[],"client_name":"A","software_id":"a"}""", "invalid_redirect_uri", "redirect_uris is mandatory")]
    [InlineData("""{"redirect_uris":["https://a.example/#x"],"client_name":"A","software_id":"a"}""", "invalid_redirect_uri", "https://a.example/#x is invalid")]
    [InlineData("""{"redirect_uris":["/cb"],"client_name":"A","software_id":"a"}""", "invalid_redirect_uri", "/cb is invalid")]
    [InlineData("""{"redirect_uris":["javascript:alert(1)"],"client_name":"A","software_id":"a"}""", "invalid_redirect_uri", "javascript:alert(1) is invalid")]
    [InlineData("""{"redirect_uris":["https://u:p@a.example/"],"client_name":"A","software_id":"a"}""", "invalid_redirect_uri", "https://u:p@a.example/ is invalid")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"software_id":"a"}""", "invalid_client_metadata", "client_name is mandatory")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"client_name":"A"}""", "invalid_client_metadata", "software_id is mandatory")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"client_name":"A","software_id":"a","notification_platform":"pager"}""", "invalid_client_metadata", null)]
    [InlineData("""{"redirect_uris":["https://a.example/"],"client_name":"A","software_id":"registry://settings"}""", "unapproved_software_id", "Link with store/settings is forbidden")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"client_name":"A","software_id":"registry://ghost"}""", "unapproved_software_id", "Application was not found on instance registries")]
    [InlineData("""["x"]""", "invalid_client_metadata", "the body is not a JSON object")]
    [InlineData("""{"client_name":""", "invalid_client_metadata", "the body is not a JSON object")]
    public async Task What_is_not_acceptable_is_refused(string metadata, string error, string? description)
    {
        var owner = new Owner(await server.CreateInstanceAsync(), "");
        var answer = (await owner.SendMetadataAsync("POST", "/auth/register", metadata)).Expect(400).Json;
        Assert.Equal(error, answer.GetProperty("error").GetString());
        Assert.Equal(description, answer.TryGetProperty("error_description", out var text) ? text.GetString() : null);
    }

    [Fact]
    public async Task The_instance_itself_is_no_place_to_send_codes_to()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { DomainAliases = [$"alias-{request.Domain}"] });
        var owner = new Owner(cozy, "");
        foreach (var domain in new[] { cozy.Instance.Domain, cozy.Instance.DomainAliases[0] })
        {
            var metadata = $$"""{"redirect_uris":["https://{{domain}}/x"],"client_name":"A","software_id":"a"}""";
            (await owner.SendMetadataAsync("POST", "/auth/register", metadata)).Expect(400);
        }
    }

    [Fact]
    public async Task A_client_cannot_give_itself_what_only_the_server_gives()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync(Owner.Metadata(
            "Atlas", ""","client_id":"mine","client_secret":"mine","flagship":true,"pending":false,"created_at_onboarding":true,"token_generation":9,"favourite":"blue" """));
        Assert.NotEqual("mine", client.Id);
        Assert.NotEqual("mine", client.Secret);
        Assert.True(client.Json.GetProperty("pending").GetBoolean());
        Assert.False(client.Json.TryGetProperty("flagship", out _));
        Assert.False(client.Json.TryGetProperty("created_at_onboarding", out _));
        (await owner.SendMetadataAsync("POST", "/auth/register", Owner.Metadata("A", ""","allow_login_scope":true"""))).Expect(401);
        var login = await owner.SendMetadataAsync(
            "POST", "/auth/register", Owner.Metadata("A", ""","allow_login_scope":true"""), owner.Cozy.Token("io.cozy.settings"));
        Assert.True(login.Expect(201).Json.GetProperty("allow_login_scope").GetBoolean());
    }

    [Fact]
    public async Task The_formats_must_be_the_right_ones()
    {
        var owner = new Owner(await server.CreateInstanceAsync(), "");
        Assert.Equal("bad_accept_header", Error(await owner.SendMetadataAsync("POST", "/auth/register", "{}", accept: "text/html")));
        var form = await owner.Cozy.AskAsync(
            "POST", "/auth/register", null, new FormUrlEncodedContent([new("client_name", "x")]), request => request.Headers.Add("Accept", "application/json"));
        Assert.Equal("bad_content_type", Error(form.Expect(400)));
    }

    [Fact]
    public async Task A_client_manages_its_own_registration_and_no_other()
    {
        var owner = await Owner.CreateAsync(server);
        var (client, other) = (await owner.RegisterAsync(), await owner.RegisterAsync());
        var target = $"/auth/register/{client.Id}";
        foreach (var token in new[] { null, "garbage", other.RegistrationToken, owner.Cozy.Token("io.cozy.oauth.clients") })
        {
            Assert.Equal("invalid_token", Error((await owner.SendMetadataAsync("GET", target, null, token)).Expect(401)));
            Assert.Equal("invalid_token", Error((await owner.SendMetadataAsync("DELETE", target, null, token)).Expect(401)));
            Assert.Equal("invalid_token", Error((await owner.SendMetadataAsync("PUT", target, Owner.Metadata("X"), token)).Expect(401)));
        }

        var read = (await owner.SendMetadataAsync("GET", target, null, client.RegistrationToken)).Expect(200).Json;
        Assert.Equal(client.Secret, read.GetProperty("client_secret").GetString());
        Assert.False(read.TryGetProperty("registration_access_token", out _));

        var id = $$""","client_id":"{{client.Id}}" """;
        Assert.Equal("invalid_client_id", Error((await PutAsync(owner, client, Owner.Metadata("X"))).Expect(400)));
        Assert.Equal("invalid_client_metadata", Error((await PutAsync(owner, client, Owner.Metadata("", id))).Expect(400)));
        Assert.Equal("invalid_client_secret", Error((await PutAsync(owner, client, Owner.Metadata("X", id + ""","client_secret":"no" """))).Expect(400)));
        var renamed = (await PutAsync(owner, client, Owner.Metadata("Renamed", id + ""","software_version":"2.0","flagship":true"""))).Expect(200).Json;
        Assert.Equal("Renamed", renamed.GetProperty("client_name").GetString());
        Assert.Equal(client.Secret, renamed.GetProperty("client_secret").GetString());
        Assert.False(renamed.TryGetProperty("flagship", out _));
        var rotated = (await PutAsync(owner, client, Owner.Metadata("Renamed", id + $$""","client_secret":"{{client.Secret}}" """))).Expect(200).Json;
        Assert.NotEqual(client.Secret, rotated.GetProperty("client_secret").GetString());

        (await owner.SendMetadataAsync("DELETE", target, null, client.RegistrationToken)).Expect(204);
        (await owner.SendMetadataAsync("DELETE", target, null, client.RegistrationToken)).Expect(204);
        Assert.Equal("Client not found", Error((await owner.SendMetadataAsync("GET", target, null, client.RegistrationToken)).Expect(404)));
    }

    [Fact]
    public async Task Only_so_many_register_within_an_hour_and_others_do_not_notice()
    {
        var owner = new Owner(await server.CreateInstanceAsync(), "");
        var statuses = new List<int>();
        for (var i = 0; i < 53; i++)
            statuses.Add((await owner.SendMetadataAsync("POST", "/auth/register", Owner.Metadata("Atlas"))).Status);
        Assert.Equal(50, statuses.Count(status => status == 201));
        Assert.Equal(3, statuses.Count(status => status == 404));
        var quiet = new Owner(await server.CreateInstanceAsync(), "");
        (await quiet.SendMetadataAsync("POST", "/auth/register", Owner.Metadata("Atlas"))).Expect(201);
    }

    [Fact]
    public async Task The_owner_sees_the_clients_without_their_secrets_and_revokes_them()
    {
        var owner = await Owner.CreateAsync(server);
        var clients = new[] { await owner.RegisterAsync(), await owner.RegisterAsync(), await owner.RegisterAsync() };
        (await owner.Cozy.AskAsync("GET", "/settings/clients", "io.cozy.settings")).Expect(403);
        (await owner.Cozy.AskAsync("GET", "/settings/clients", "io.cozy.oauth.clients:GET:x")).Expect(403);
        (await owner.Cozy.AskAsync("DELETE", $"/settings/clients/{clients[0].Id}", "io.cozy.oauth.clients:GET")).Expect(403);

        var first = (await owner.Cozy.AskAsync("GET", "/settings/clients?page[limit]=2", "io.cozy.oauth.clients")).Expect(200);
        Assert.DoesNotContain(clients[0].Secret, first.Text, StringComparison.Ordinal);
        var next = first.Json.GetProperty("links").GetProperty("next").GetString()!;
        var second = (await owner.Cozy.AskAsync("GET", next, "io.cozy.oauth.clients")).Expect(200).Json;
        Assert.False(second.GetProperty("links").TryGetProperty("next", out _));
        var listed = Ids(first.Json).Concat(Ids(second)).ToList();
        Assert.Equal(clients.Select(client => client.Id).Order(StringComparer.Ordinal), listed);

        (await owner.Cozy.AskAsync("DELETE", $"/settings/clients/{clients[0].Id}", "io.cozy.oauth.clients")).Expect(204);
        var gone = (await owner.Cozy.AskAsync("DELETE", $"/settings/clients/{clients[0].Id}", "io.cozy.oauth.clients")).Expect(404).Json;
        Assert.Equal("not_found", gone.GetProperty("errors")[0].GetProperty("title").GetString());
        Assert.Equal("deleted", gone.GetProperty("errors")[0].GetProperty("detail").GetString());
    }

    private static List<string?> Ids(JsonElement page) =>
        [.. page.GetProperty("data").EnumerateArray().Select(client => client.GetProperty("id").GetString())];

    private static Task<Answer> PutAsync(Owner owner, Client client, string metadata) =>
        owner.SendMetadataAsync("PUT", $"/auth/register/{client.Id}", metadata, client.RegistrationToken);

    private static string? Error(Answer answer) => answer.Json.GetProperty("error").GetString();
}
