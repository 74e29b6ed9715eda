using System.Buffers;
using System.Collections;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Http;

/// <summary>The id of a request: the one its sender gave if it is sane, else the server's own.</summary>
internal static class RequestId
{
    private const string Header = "X-Request-Id";
    private const int MaximumLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:");

    /// <summary>Gives the request its id and puts it on the response.</summary>
    public static void Assign(HttpContext context)
    {
        string? given = context.Request.Headers[Header];
        if (given is { Length: > 0 and <= MaximumLength } && !given.AsSpan().ContainsAnyExcept(Allowed))
            context.TraceIdentifier = given;
        context.Response.Headers[Header] = context.TraceIdentifier;
    }

    /// <summary>What the log scope of a request says.</summary>
    public static object Scope(HttpContext context) => new RequestScope(context.TraceIdentifier);

    private sealed class RequestScope(string id) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] => new("RequestId", id);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        public override string ToString() => $"RequestId:{id}";

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
