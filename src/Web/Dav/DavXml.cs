using System.Xml;
using System.Xml.Linq;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Dav;

/// <summary>Names of WebDAV, and XML of requests read within the limits.</summary>
internal static class DavXml
{
    /// <summary>The namespace of WebDAV.</summary>
    public static readonly XNamespace Dav = "DAV:";

    /// <summary>The namespace of what clients of ownCloud, rclone among them, know beyond WebDAV.</summary>
    public static readonly XNamespace OwnCloud = "http://owncloud.org/ns";

    /// <summary>The media type of answers.</summary>
    public const string MediaType = "application/xml; charset=utf-8";

    private const int MaxDepth = 64;

    // No document type: no entities to expand, and nothing that is fetched from elsewhere.
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 0,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = false,
    };

    /// <summary>The body of a request; null when it has none.</summary>
    /// <exception cref="ApiException">400: no XML, or too deep; 413: too long.</exception>
    public static async Task<XElement?> ReadAsync(HttpContext context, int maxBytes)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            foreach (var part in read.Buffer)
                body.Write(part.Span);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (body.Length > maxBytes)
                throw new ApiException(ApiError.Api(StatusCodes.Status413PayloadTooLarge, "The XML of the request is too large."));
            if (read.IsCompleted)
                return body.Length == 0 ? null : Parse(body);
        }
    }

    /// <summary>An element of the namespace <c>DAV:</c> below another; null when it is not there.</summary>
    public static XElement? Child(this XElement element, string name) => element.Element(Dav + name);

    private static XElement Parse(MemoryStream body)
    {
        try
        {
            RequireShallow(body);
            body.Position = 0;
            using var reader = XmlReader.Create(body, Settings);
            return XElement.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            throw ApiException.BadRequest("the body is not acceptable XML");
        }
    }

    private static void RequireShallow(MemoryStream body)
    {
        body.Position = 0;
        using var reader = XmlReader.Create(body, Settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
                throw ApiException.BadRequest("the XML of the body is too deep");
        }
    }
}
