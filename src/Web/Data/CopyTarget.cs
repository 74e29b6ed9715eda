using Cozy.Storage.Documents;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Data;

/// <summary>Where a design document is copied to: the header <c>Destination</c>.</summary>
/// <param name="Id">The id of the copy.</param>
/// <param name="Revision">The revision it replaces; null when it is new.</param>
internal sealed record CopyTarget(string Id, Revision? Revision)
{
    private const string RevisionMark = "?rev=";

    /// <summary>Reads <c>_design/name</c> or <c>_design/name?rev=…</c>; names hold all sorts of characters.</summary>
    /// <exception cref="ApiException">400: there is none, or it is no design document.</exception>
    public static CopyTarget From(HttpRequest request)
    {
        var header = request.Headers["Destination"].ToString();
        if (header.Length == 0)
            throw ApiException.BadRequest("You must set a Destination header");

        var mark = header.LastIndexOf(RevisionMark, StringComparison.Ordinal);
        var id = Uri.UnescapeDataString(mark < 0 ? header : header[..mark]);
        if (!id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal) || DocumentId.Check(id) is not null)
            throw ApiException.BadRequest("The Destination must be a design document");
        return new CopyTarget(id, mark < 0 ? null : Storage.Documents.Revision.Parse(header[(mark + RevisionMark.Length)..]));
    }
}
