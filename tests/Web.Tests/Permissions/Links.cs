using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Tests.Permissions;

/// <summary>What the tests of permissions do again and again.</summary>
internal static class Links
{
    public const string Files = "io.cozy.files";

    /// <summary>The attributes of a permission, as a request.</summary>
    public static HttpContent Attributes(string attributes) =>
        Cozy.Json("{\"data\":{\"type\":\"io.cozy.permissions\",\"attributes\":" + attributes + "}}");

    /// <summary>Makes a link with one rule; returns the resource.</summary>
    public static async Task<JsonElement> CreateAsync(
        Cozy cozy, string rule, string query = "codes=visitor", string more = "", string scope = Files) =>
        (await cozy.AskAsync("POST", $"/permissions?{query}", scope, Attributes($$"""{"permissions":{"show":{{rule}}}{{more}}}""")))
            .Expect(200).Data;

    public static string Id(this JsonElement link) => link.GetProperty("id").GetString()!;

    public static JsonElement Attribute(this JsonElement link, string name) => link.GetProperty("attributes").GetProperty(name);

    public static string Code(this JsonElement link, string name = "visitor") => link.Attribute("codes").GetProperty(name).GetString()!;

    public static string ShortCode(this JsonElement link, string name = "visitor") =>
        link.Attribute("shortcodes").GetProperty(name).GetString()!;

    /// <summary>Asks with a token made elsewhere.</summary>
    public static Task<Answer> AskWithAsync(
        this Cozy cozy, string token, string method, string target, HttpContent? body = null, string? cookie = null) =>
        cozy.AskAsync(method, target, null, body, request =>
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            if (cookie is not null)
                request.Headers.Add("Cookie", cookie);
        });

    /// <summary>Gives an app permissions, as its installation does, and returns a token for it.</summary>
    public static async Task<string> InstallAsync(TestServer server, Cozy cozy, string slug, string scope)
    {
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IPermissionsGrain>(cozy.Instance.Id).SaveAsync(
            new PermissionDocument
            {
                Id = Guid.NewGuid().ToString("N"),
                Type = PermissionTypes.App,
                SourceId = $"io.cozy.apps/{slug}",
                Rules = [.. PermissionSet.ParseScope(scope).Rules.Select((rule, i) => new TitledRule($"rule{i}", null, rule, false))],
            },
            null,
            false);
        return new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, slug, null);
    }

    /// <summary>Uploads a small file; returns its id.</summary>
    public static async Task<string> UploadAsync(Cozy cozy, string parent, string name) =>
        (await cozy.AskAsync("POST", $"/files/{parent}?Type=file&Name={name}", Files, new StringContent(name))).Expect(201).Data.Id();

    /// <summary>Makes a folder; returns its id.</summary>
    public static async Task<string> FolderAsync(Cozy cozy, string parent, string name) =>
        (await cozy.AskAsync("POST", $"/files/{parent}?Type=directory&Name={name}", Files)).Expect(201).Data.Id();
}
