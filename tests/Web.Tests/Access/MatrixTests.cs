using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Dav;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Web.Tests.Access;

/// <summary>Walks every route of the running server and tries it with the tokens that must not open it.</summary>
public sealed class MatrixTests(TestServer server)
{
    private const string NarrowScope = "org.example.nothing:GET";

    /// <summary>What any good token may do, because it is about the token itself.</summary>
    private static readonly string[] OpenToAnyToken =
    [
        "GET /permissions/self",

        // What every client asks for when it starts; none of it is a secret of the owner.
        "GET /settings/instance",
        "GET /settings/capabilities",
        "GET /settings/context",
        "GET /settings/flags",
        "GET /settings/warnings",
        "GET /settings/disk-usage",

        // What apps there are to install, which is the same for everybody.
        "GET /registry/",
        "GET /registry/maintenance",
        "GET /registry/x",
        "GET /registry/x/x",
        "GET /registry/x/x/latest",

        // Signs nothing here: there are no terms.
        "PUT /settings/instance/sign_tos",

        // Answers only for documents that the token may read: none here.
        "POST /permissions/exists",
    ];

    [Fact]
    public async Task No_route_that_is_not_public_opens_without_the_right_token()
    {
        var (cozy, other) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        var good = cozy.Token("*");
        var bad = new (string Name, string? Token, int[] Statuses)[]
        {
            ("no token", null, [401]),
            ("another instance's token", other.Token("*"), [400]),
            ("an expired token", cozy.Token("*", new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-31))), [400]),
            ("a tampered token", good[..^6] + (good[^6] == 'A' ? 'B' : 'A') + good[^5..], [400]),
            ("garbage", "garbage", [400]),
            ("a code of nobody", new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Share, "x", null), [403]),
            ("a refresh token", new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Refresh, "x", "*"), [400]),
            ("a token of a client that is not there", new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, "x", "*"), [400]),
            ("the token of an app that is not installed", new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, "x", null), [400]),
        };

        var tried = 0;
        var wrong = new List<string>();
        foreach (var (method, target, rule) in Guarded())
        {
            foreach (var (name, token, statuses) in bad)
            {
                tried++;
                var status = (await AskAsync(cozy, method, target, token)).Status;
                // WebDAV's programs ask for a password when they are told 401, and never otherwise.
                if (!statuses.Contains(status) && !(rule is DavAccess && status == 401) && !(rule is SessionAccess && IsLoginAsked(status)))
                    wrong.Add($"{method} {target} with {name}: {status}");
            }
        }

        Assert.True(tried > 200, $"Only {tried} were tried.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task No_route_does_more_than_a_narrow_token_allows()
    {
        var cozy = await server.CreateInstanceAsync();
        var wrong = new List<string>();
        foreach (var (method, target, rule) in Guarded().Where(route => !OpenToAnyToken.Contains($"{route.Method} {route.Target}")))
        {
            var status = (await AskAsync(cozy, method, target, cozy.Token(NarrowScope))).Status;

            // Where the handler decides, it may first find that there is nothing to decide about.
            if (rule is SessionAccess ? !IsLoginAsked(status) : rule is TokenAccess ? status is < 400 or >= 500 : status != 403)
                wrong.Add($"{method} {target}: {status}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static bool IsLoginAsked(int status) => status is 303 or 401;

    private static Task<Answer> AskAsync(Cozy cozy, string method, string target, string? token) =>
        cozy.AskAsync(method, target, null, method is "GET" or "HEAD" or "DELETE" ? null : Cozy.Json("{}"), request =>
        {
            if (token is not null)
                request.Headers.Add("Authorization", $"Bearer {token}");
        });

    /// <summary>The routes that ask for a token, with an address that each answers.</summary>
    private List<(string Method, string Target, AccessRule Rule)> Guarded() =>
    [
        .. Routes().Where(route => route.Metadata.GetMetadata<AccessRule>() is not PublicAccess)
            .SelectMany(route => MethodsOf(route).Select(method => (method, TargetOf(route.RoutePattern), route.Metadata.GetMetadata<AccessRule>()!))),
    ];

    private IEnumerable<RouteEndpoint> Routes() =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private static string TargetOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart { Name: "doctype" } => "io.cozy.todos",
            _ => "x",
        })))) + (pattern.RawText!.EndsWith('/') && pattern.RawText.Length > 1 ? "/" : "");
}
