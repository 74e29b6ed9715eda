using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cozy.Web.Admin;

/// <summary>
/// Decides who may use the admin API. With a secret: whoever knows it (HTTP Basic, any user name). Without one: only
/// programs of this machine. Web pages never, so that neither a malicious page nor DNS rebinding can act through the
/// operator's browser.
/// </summary>
internal sealed class AdminAccess(RequestDelegate next, AdminSecret? secret) : IDisposable
{
    // Hashing is slow on purpose; one at a time keeps wrong guesses from taking the processor.
    private readonly SemaphoreSlim _hashing = new(1);

    public async Task InvokeAsync(HttpContext context)
    {
        var refusal = FromPage(context.Request)
            ?? (secret is null ? NotLocal(context) : await WrongSecretAsync(context.Request, secret, context.RequestAborted));
        if (refusal is null)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = refusal.Status;
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"cozy admin\", charset=\"UTF-8\"";
        await context.Response.WriteAsync(refusal.Reason, context.RequestAborted);
    }

    public void Dispose() => _hashing.Dispose();

    private static Refusal? FromPage(HttpRequest request) =>
        !StringValues.IsNullOrEmpty(request.Headers.Origin)
        || (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "none")
            ? new Refusal(StatusCodes.Status403Forbidden, "the admin API is not for web pages")
            : null;

    private static Refusal? NotLocal(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress;
        if (peer is null || !IPAddress.IsLoopback(peer))
            return new Refusal(StatusCodes.Status403Forbidden, "without an admin secret, only this machine may ask");

        return IsLoopbackName(context.Request.Host.Host)
            ? null
            : new Refusal(StatusCodes.Status403Forbidden, "unknown host");
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private async Task<Refusal?> WrongSecretAsync(
        HttpRequest request, AdminSecret expected, CancellationToken cancellationToken)
    {
        if (ReadPassword(request.Headers.Authorization) is not { } password)
            return new Refusal(StatusCodes.Status401Unauthorized, "missing passphrase");

        await _hashing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => expected.Accepts(password), cancellationToken)
                ? null
                : new Refusal(StatusCodes.Status403Forbidden, "bad passphrase");
        }
        finally
        {
            _hashing.Release();
        }
    }

    private static string? ReadPassword(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value)
            || !"Basic".Equals(value.Scheme, StringComparison.OrdinalIgnoreCase) || value.Parameter is null)
        {
            return null;
        }

        try
        {
            var credentials = Encoding.UTF8.GetString(Convert.FromBase64String(value.Parameter));
            return credentials.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
                ? credentials[(colon + 1)..]
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed record Refusal(int Status, string Reason);
}
