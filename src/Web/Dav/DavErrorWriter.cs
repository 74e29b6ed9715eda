using System.Xml;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Dav;

/// <summary>Writes an error as WebDAV has it: the status says what, and a word in XML why.</summary>
internal static class DavErrorWriter
{
    /// <summary>Answers with the error.</summary>
    public static async Task WriteAsync(HttpResponse response, ApiError error)
    {
        response.StatusCode = error.Status switch
        {
            // Of a file: there is no room for it. Of the XML of other methods it is what it says.
            StatusCodes.Status413PayloadTooLarge when response.HttpContext.Request.Method is "PUT" or "COPY" =>
                StatusCodes.Status507InsufficientStorage,
            StatusCodes.Status422UnprocessableEntity => StatusCodes.Status400BadRequest,
            var status => status,
        };
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
            return;

        using var body = new MemoryStream();
        using (var xml = XmlWriter.Create(body, MultiStatus.Settings))
        {
            xml.WriteStartElement("D", "error", DavXml.Dav.NamespaceName);
            if (error.Style == ErrorStyle.Dav)
            {
                xml.WriteStartElement("D", error.Title, DavXml.Dav.NamespaceName);
                if (error.Source is { } href)
                    xml.WriteElementString("D", "href", DavXml.Dav.NamespaceName, href);
                xml.WriteEndElement();
            }

            xml.WriteElementString("D", "responsedescription", DavXml.Dav.NamespaceName, error.Detail);
            xml.WriteEndElement();
        }

        response.ContentType = DavXml.MediaType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), response.HttpContext.RequestAborted);
    }
}
