using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Files;

/// <summary>What the conditions of a request come to.</summary>
internal enum Condition
{
    /// <summary>Answer as if there were none.</summary>
    Holds,

    /// <summary>The client has it already.</summary>
    NotModified,

    /// <summary>The client wanted something that is no longer so.</summary>
    Failed,
}

/// <summary>The conditions of RFC 9110, in its order.</summary>
internal static class ConditionalRequest
{
    /// <summary>Compares the conditions with what there is.</summary>
    public static Condition Evaluate(HttpRequest request, EntityTagHeaderValue etag, DateTimeOffset modifiedAt)
    {
        var headers = request.GetTypedHeaders();
        if (headers.IfMatch is { Count: > 0 } wanted)
        {
            if (!Matches(wanted, etag, useStrongComparison: true))
                return Condition.Failed;
        }
        else if (headers.IfUnmodifiedSince is { } unmodifiedSince && modifiedAt > unmodifiedSince)
        {
            return Condition.Failed;
        }

        if (headers.IfNoneMatch is { Count: > 0 } known)
            return Matches(known, etag, useStrongComparison: false) ? Condition.NotModified : Condition.Holds;

        return headers.IfModifiedSince is { } since && modifiedAt <= since ? Condition.NotModified : Condition.Holds;
    }

    private static bool Matches(IList<EntityTagHeaderValue> tags, EntityTagHeaderValue etag, bool useStrongComparison) =>
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison));
}
