using Cozy.Grains.Instances;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Instances;

/// <summary>What a blocked instance still answers, and how it says that it is blocked.</summary>
internal static class BlockedInstance
{
    private static readonly string[] AlwaysServed = ["/robots.txt", "/apps", "/konnectors", "/settings", "/assets"];

    /// <summary>Whether a request stops here. The operator's command line gets through.</summary>
    public static bool Stops(HttpContext context, TokenReader tokens) =>
        !Array.Exists(AlwaysServed, path => context.Request.Path.StartsWithSegments(path))
        && !IsCommandLine(context, tokens);

    /// <summary>Says that the instance is blocked, and why.</summary>
    public static Task WriteAsync(HttpContext context, Instance instance)
    {
        var status = instance.BlockingReason == "PAYMENT_FAILED" ? 402 : 503;
        var error = new ApiError(status, "Blocked", Explain(instance.BlockingReason), ErrorStyle.Api)
        {
            Code = string.IsNullOrEmpty(instance.BlockingReason) ? "UNKNOWN" : instance.BlockingReason,
        };
        if (ErrorFormats.AcceptsHtml(context.Request))
            return ErrorWriter.WriteAsync(context, error with { Style = ErrorStyle.Http });

        context.Response.StatusCode = status;
        return ErrorWriter.WriteJsonApiAsync(context.Response, error);
    }

    private static bool IsCommandLine(HttpContext context, TokenReader tokens) =>
        TokenText.From(context.Request) is { } text
        && tokens.Read(context.Instance(), text).Token is { Audience: TokenAudience.CommandLine };

    private static string Explain(string? reason) => reason switch
    {
        "LOGIN_FAILED" => "The Cozy is blocked because of too many login attempts.",
        "PAYMENT_FAILED" => "The Cozy is blocked because a payment failed.",
        "IMPORTING" => "The Cozy is importing data and is not available meanwhile.",
        "MOVING" => "The Cozy is being moved and is not available meanwhile.",
        _ => "The Cozy is blocked.",
    };
}
