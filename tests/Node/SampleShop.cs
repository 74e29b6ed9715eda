using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Web;
using Cozy.Testing;

namespace Cozy.Node.Tests;

/// <summary>The site that the sample connector fetches from: one can sign in, and there are two bills. It offers the connector, too.</summary>
internal sealed class SampleShop : IDisposable
{
    public const string Password = "right";

    private const string Cookie = "customer=eve";
    private const string Page = """
        <html><ul>
          <li data-id="b1" data-date="2026-01-31" data-amount="12.30"><a href="/bills/b1.pdf">January</a></li>
          <li data-id="b2" data-date="2026-02-28" data-amount="45.60"><a href="/bills/b2.pdf">February</a></li>
        </ul></html>
        """;

    private readonly HttpListener _listener = new();
    private readonly byte[] _connector;
    private int _logins;

    public SampleShop(byte[] connector)
    {
        _connector = connector;
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Where it is, without a slash at the end.</summary>
    public string Address { get; }

    /// <summary>How often somebody tried to sign in.</summary>
    public int Logins => Volatile.Read(ref _logins);

    /// <summary>The content of a bill.</summary>
    public static byte[] BillOf(string id) => Encoding.ASCII.GetBytes($"%PDF-1.4\n% bill {id}\n%%EOF\n");

    /// <summary>The connector as a package.</summary>
    public static byte[] Pack(string folder)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            TarFile.CreateFromDirectory(folder, gzip, includeBaseDirectory: false);
        return buffer.ToArray();
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var (status, type, body) = await AnswerAsync(context.Request, context.Response);
                context.Response.StatusCode = status;
                context.Response.ContentType = type;
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
            {
                // It is closed, or the other side is gone.
            }
        }
    }

    private async Task<(int Status, string Type, byte[] Body)> AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath;
        if (path == "/connector.tar.gz")
            return (200, "application/gzip", _connector);
        if (path == "/login")
        {
            Interlocked.Increment(ref _logins);
            using var reader = new StreamReader(request.InputStream);
            if (HttpUtility.ParseQueryString(await reader.ReadToEndAsync())["password"] != Password)
                return (401, "text/html", "<html>No.</html>"u8.ToArray());
            response.AddHeader("Set-Cookie", Cookie + "; Path=/");
            return (200, "text/html", "<html>Welcome</html>"u8.ToArray());
        }

        if (request.Headers["Cookie"] != Cookie)
            return (403, "text/plain", []);
        return path == "/bills" ? (200, "text/html", Encoding.UTF8.GetBytes(Page))
            : (200, "application/pdf", BillOf(Path.GetFileNameWithoutExtension(path)));
    }
}
