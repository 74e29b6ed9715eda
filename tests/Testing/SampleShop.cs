using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Web;

namespace Cozy.Testing;

/// <summary>The site that the sample connector fetches from: one can sign in, and there are two bills. It offers the connector, too.</summary>
public sealed class SampleShop : IDisposable
{
    /// <summary>The password of whoever wants to sign in.</summary>
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

    private SampleShop(byte[] connector)
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

    /// <summary>Who signs in waits for this.</summary>
    public Task Patience { get; set; } = Task.CompletedTask;

    /// <summary>Makes the connector and opens the site.</summary>
    public static async Task<SampleShop> OpenAsync()
    {
        var folder = RepositoryFolder.Under("tests", "Konnector");
        var start = new ProcessStartInfo("node", "build.mjs") { WorkingDirectory = folder, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0
            ? new SampleShop(Pack(Path.Combine(folder, "build")))
            : throw new InvalidOperationException($"The connector could not be made:\n{errors}");
    }

    /// <summary>Installs the connector for an instance, and waits until it is there.</summary>
    /// <param name="cozy">The instance, with a token for <c>io.cozy.konnectors</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task InstallAsync(CozyClient cozy, CancellationToken cancellationToken)
    {
        var parameters = Uri.EscapeDataString($$"""{"shop":"{{Address}}"}""");
        await cozy.JsonAsync(
            HttpMethod.Post, $"/konnectors/sample?Source={Uri.EscapeDataString(Address + "/connector.tar.gz")}&Parameters={parameters}", null, cancellationToken);
        while ((await cozy.JsonAsync(HttpMethod.Get, "/konnectors/sample", null, cancellationToken))
            .GetProperty("data").GetProperty("attributes").GetProperty("state").GetString() != "ready")
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>The content of a bill.</summary>
    public static byte[] BillOf(string id) => Encoding.ASCII.GetBytes($"%PDF-1.4\n% bill {id}\n%%EOF\n");

    private static byte[] Pack(string folder)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            TarFile.CreateFromDirectory(folder, gzip, includeBaseDirectory: false);
        return buffer.ToArray();
    }

    /// <inheritdoc/>
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
            await Patience;
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
