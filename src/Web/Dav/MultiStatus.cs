using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Cozy.Web.Dav;

/// <summary>Writes an answer 207: what became of each resource. What is written goes out with each flush.</summary>
internal sealed class MultiStatus : IAsyncDisposable
{
    /// <summary>How answers are written.</summary>
    public static readonly XmlWriterSettings Settings = new() { Encoding = new System.Text.UTF8Encoding(false) };

    private readonly HttpResponse _response;
    private readonly MemoryStream _buffer = new();
    private readonly XmlWriter _xml;

    /// <summary>Begins the answer.</summary>
    public MultiStatus(HttpResponse response)
    {
        _response = response;
        _response.StatusCode = StatusCodes.Status207MultiStatus;
        _response.ContentType = DavXml.MediaType;
        _xml = XmlWriter.Create(_buffer, Settings);
        Start("multistatus");
    }

    /// <summary>Writes the properties of a resource that were asked for.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="names">Their names.</param>
    /// <param name="withValues">Whether their values are wanted, or their names alone.</param>
    public void WriteProperties(DavResource resource, IEnumerable<XName> names, bool withValues)
    {
        var missing = new List<XName>();
        StartResponse(resource.Href);
        Start("propstat");
        Start("prop");
        foreach (var name in names)
        {
            if (!TryWrite(resource, name, withValues))
                missing.Add(name);
        }

        EndPropstat(StatusCodes.Status200OK);
        if (missing.Count > 0)
            WritePropstat(missing, StatusCodes.Status404NotFound);
        _xml.WriteEndElement();
    }

    /// <summary>Writes what became of changes to properties.</summary>
    public void WriteChanges(string href, IEnumerable<(int Status, IReadOnlyList<XName> Names)> outcomes)
    {
        StartResponse(href);
        foreach (var (status, names) in outcomes)
            WritePropstat(names, status);
        _xml.WriteEndElement();
    }

    /// <summary>Writes the status of a resource.</summary>
    public void WriteStatus(string href, int status)
    {
        StartResponse(href);
        WriteText("status", StatusLine(status));
        _xml.WriteEndElement();
    }

    /// <summary>Sends what has been written so far.</summary>
    public async Task FlushAsync()
    {
        _xml.Flush();
        var length = (int)_buffer.Length;
        await _response.Body.WriteAsync(_buffer.GetBuffer().AsMemory(0, length), _response.HttpContext.RequestAborted);
        _buffer.SetLength(0);
    }

    /// <summary>Ends and sends the answer.</summary>
    public async Task CompleteAsync()
    {
        _xml.WriteEndElement();
        await FlushAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Closing a writer whose elements are open would end them, as if nothing had failed; there is nothing to free.
        await _buffer.DisposeAsync();
    }

    private bool TryWrite(DavResource resource, XName name, bool withValues)
    {
        if (LiveProperties.Find(name) is { } live)
        {
            if (!live.Exists(resource))
                return false;
            StartProperty(name);
            if (withValues)
                live.Write(_xml, resource);
            _xml.WriteEndElement();
            return true;
        }

        var dead = resource.Dead.FirstOrDefault(known => known.Name == name.LocalName && known.Namespace == name.NamespaceName);
        if (dead is null)
            return false;
        if (withValues)
            _xml.WriteRaw(dead.Xml);
        else
            WriteName(name);
        return true;
    }

    private void WritePropstat(IEnumerable<XName> names, int status)
    {
        Start("propstat");
        Start("prop");
        foreach (var name in names)
            WriteName(name);
        EndPropstat(status);
    }

    private void EndPropstat(int status)
    {
        _xml.WriteEndElement();
        WriteText("status", StatusLine(status));
        _xml.WriteEndElement();
    }

    private void WriteName(XName name)
    {
        StartProperty(name);
        _xml.WriteEndElement();
    }

    private void StartProperty(XName name)
    {
        if (name.Namespace == DavXml.Dav)
            Start(name.LocalName);
        else if (name.Namespace == XNamespace.None)
            _xml.WriteStartElement(name.LocalName);
        else
            _xml.WriteStartElement("x", name.LocalName, name.NamespaceName);
    }

    private void StartResponse(string href)
    {
        Start("response");
        WriteText("href", href);
    }

    private void Start(string name) => _xml.WriteStartElement("D", name, DavXml.Dav.NamespaceName);

    private void WriteText(string name, string text) =>
        _xml.WriteElementString("D", name, DavXml.Dav.NamespaceName, text);

    private static string StatusLine(int status) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}");
}
