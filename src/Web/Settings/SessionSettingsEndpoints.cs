using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Settings;

/// <summary>The owner's browser sessions: <c>/settings/sessions</c>.</summary>
internal sealed class SessionSettingsEndpoints(IGrainFactory grains)
{
    private const string Doctype = "io.cozy.sessions";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings/sessions", (RequestDelegate)ListAsync).Requires(Verbs.Get, Doctype);
        routes.MapGet("/settings/sessions/current", (RequestDelegate)ShowCurrentAsync)
            .Public("Tells a browser about its own session, which it looks up.");
    }

    private async Task ListAsync(HttpContext context)
    {
        var sessions = await grains.GetGrain<IAuthGrain>(context.Instance().Id).ListSessionsAsync();
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, sessions, static (json, sessions) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var session in sessions)
                Write(json, session);
            json.WriteEndArray();
            json.WriteStartObject("meta");
            json.WriteNumber("count", sessions.Count);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static async Task ShowCurrentAsync(HttpContext context)
    {
        var session = await context.SessionAsync() ?? throw CozyException.NotFound("no current session");
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, session, static (json, session) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            Write(json, session);
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, Session session)
    {
        json.WriteStartObject();
        json.WriteString("type", Doctype);
        json.WriteString("id", session.Id);
        json.WriteStartObject("attributes");
        json.WriteString("_id", session.Id);
        json.WriteString("_rev", session.Revision);
        json.WriteString("created_at", session.CreatedAt.UtcDateTime);
        json.WriteString("last_seen", session.LastSeen.UtcDateTime);
        json.WriteBoolean("long_run", session.LongRun);
        json.WriteBoolean("short_run", session.ShortRun);
        json.WriteString("browser", session.Browser);
        json.WriteString("os", session.System);
        json.WriteString("ip", session.Address);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("rev", session.Revision);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
