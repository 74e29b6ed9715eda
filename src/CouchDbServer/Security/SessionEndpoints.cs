using Cozy.CouchDbServer.Http;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Security;

/// <summary><c>/_session</c>: who am I, log in, log out.</summary>
internal static class SessionEndpoints
{
    public static readonly Route Route = new(
        "DELETE,GET,HEAD,POST", ("GET", ShowAsync), ("POST", LogInAsync), ("DELETE", LogOutAsync));

    private static Task ShowAsync(Exchange exchange)
    {
        var credentials = exchange.Server.Authentication.Authenticate(exchange.Http.Request);
        return exchange.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.Raw("{\"ok\":true,\"userCtx\":{\"name\":"u8).String(credentials.User);
            json.Raw(",\"roles\":"u8).Raw(credentials.User is null ? "[]"u8 : "[\"_admin\"]"u8);
            json.Raw("},\"info\":{\"authentication_handlers\":[\"cookie\",\"default\"]"u8);
            if (credentials.Method is not null)
                json.Raw(",\"authenticated\":"u8).String(credentials.Method);
            json.Raw("}}"u8);
        });
    }

    private static async Task LogInAsync(Exchange exchange)
    {
        var (name, password) = await ReadLoginAsync(exchange);
        if (!exchange.Server.Authentication.IsAdmin(name, password))
            throw Authentication.WrongPassword();

        exchange.Http.Response.Cookies.Append(
            Authentication.CookieName,
            exchange.Server.Authentication.IssueCookie(),
            new CookieOptions { HttpOnly = true, Path = "/", SameSite = SameSiteMode.Strict, Secure = exchange.Http.Request.IsHttps });
        await exchange.AnswerAsync(StatusCodes.Status200OK, json =>
            json.Raw("{\"ok\":true,\"name\":"u8).String(name).Raw(",\"roles\":[\"_admin\"]}"u8));
    }

    private static Task LogOutAsync(Exchange exchange)
    {
        exchange.Http.Response.Cookies.Delete(Authentication.CookieName, new CookieOptions { Path = "/" });
        return exchange.AnswerOkAsync();
    }

    private static async Task<(string Name, string Password)> ReadLoginAsync(Exchange exchange)
    {
        var body = await exchange.ReadBodyAsync();
        if (exchange.Http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) == true)
        {
            var form = QueryOptions.Parse(System.Text.Encoding.UTF8.GetString(body.Span));
            return (form["name"] ?? "", form["password"] ?? "");
        }

        var login = JsonText.ParseObject(body);
        return (Text("name"), Text("password"));

        string Text(string member) =>
            login.Member(member) is { ValueKind: System.Text.Json.JsonValueKind.String } value ? value.Text() : "";
    }
}
