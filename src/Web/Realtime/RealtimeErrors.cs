using System.Buffers;
using System.Net.WebSockets;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cozy.Web.Realtime;

/// <summary>The ways a client is told no, as messages, and why a socket is closed.</summary>
internal static class RealtimeErrors
{
    /// <summary>The server cannot go on now: the client may connect again and read what it may have missed.</summary>
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    public static readonly CloseReason Done = new(WebSocketCloseStatus.NormalClosure, "");
    public static readonly CloseReason ServerStops = new(WebSocketCloseStatus.EndpointUnavailable, "the server stops");
    public static readonly CloseReason BadToken = new(WebSocketCloseStatus.PolicyViolation, "the token is not good");
    public static readonly CloseReason NoToken = new(WebSocketCloseStatus.PolicyViolation, "no token came in time");
    public static readonly CloseReason NotAllowedAnyMore = new(WebSocketCloseStatus.PolicyViolation, "the token no longer allows this");
    public static readonly CloseReason BadMessage = new(WebSocketCloseStatus.PolicyViolation, "the message is not a command");
    public static readonly CloseReason TooLong = new(WebSocketCloseStatus.MessageTooBig, "the message is too long");
    public static readonly CloseReason TooMany = new(TryAgainLater, "too many sockets");
    public static readonly CloseReason TooSlow = new(TryAgainLater, "too slow: events were missed");
    public static readonly CloseReason Missed = new(TryAgainLater, "events were missed");
    public static readonly CloseReason Unavailable = new(TryAgainLater, "try again");

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The token is not good.</summary>
    public static byte[] Unauthorized(RealtimeCommand command) =>
        Write("401 Unauthorized", "unauthorized", "The authentication has failed", command, isAuthenticated: false);

    /// <summary>The token does not allow to hear of this.</summary>
    public static byte[] Forbidden(RealtimeCommand command) => Write(
        "403 Forbidden", "forbidden", $"The application can't subscribe to {command.Doctype}", command, isAuthenticated: true);

    /// <summary>The command does not exist, or not at this moment.</summary>
    public static byte[] UnknownMethod(RealtimeCommand? command, bool isAuthenticated) => Write(
        "405 Method Not Allowed", "method not allowed", $"The {command?.Method} method is not supported", command, isAuthenticated);

    /// <summary>The command lacks a doctype.</summary>
    public static byte[] MissingType(RealtimeCommand command) => Write(
        "404 Page Not Found", "page not found", "The type parameter is mandatory for SUBSCRIBE", command, isAuthenticated: true);

    /// <summary>A limit is reached.</summary>
    public static byte[] TooManyRequests(RealtimeCommand command, string title, bool isAuthenticated) =>
        Write("429 Too Many Requests", "too many requests", title, command, isAuthenticated);

    private static byte[] Write(string status, string code, string title, RealtimeCommand? command, bool isAuthenticated)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("event", "error");
            json.WriteStartObject("payload");
            json.WriteString("status", status);
            json.WriteString("code", code);
            json.WriteString("title", title);
            json.WritePropertyName("source");
            WriteSource(json, command, isAuthenticated);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The command as the server understood it: before the token only texts have a meaning.</summary>
    private static void WriteSource(Utf8JsonWriter json, RealtimeCommand? command, bool isAuthenticated)
    {
        if (command is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("method", command.Method);
        if (isAuthenticated)
        {
            json.WriteStartObject("payload");
            json.WriteString("type", command.Doctype);
            json.WriteString("id", command.Id);
            json.WriteEndObject();
        }
        else if (command.HasPayload)
        {
            json.WriteString("payload", command.Token ?? "");
        }

        json.WriteEndObject();
    }
}

/// <summary>Why a socket is closed.</summary>
/// <param name="Status">The number of the reason.</param>
/// <param name="Text">The reason in words.</param>
internal sealed record CloseReason(WebSocketCloseStatus Status, string Text);
