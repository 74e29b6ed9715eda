using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Cozy.Grains;
using Cozy.Grains.Apps;
using Cozy.Grains.Contexts;
using Cozy.Grains.Domains;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail;
using Cozy.Grains.Realtime;
using Cozy.Grains.Thumbnails;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.LocalDisk;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Cozy.Testing;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Tests.Auth.OpenId;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Web.Tests.TestServer))]

namespace Cozy.Web.Tests;

/// <summary>
/// The HTTP face on a real server, in front of a real silo with the real stores; each test makes instances of its own.
/// </summary>
public sealed class TestServer : IAsyncLifetime
{
    /// <summary>Feeds of one instance that may wait at a time: more than requests may run.</summary>
    public const int MaxFeeds = 40;

    /// <summary>Unknown codes of links that all addresses together may try at one instance, and then one an hour.</summary>
    public const int LinkGuessesOfAll = 120;

    /// <summary>Opens the jobs of the worker <c>farmed</c> of all instances.</summary>
    public const string FarmToken = "a-token-of-the-farm";

    private static readonly string FarmTokenHash = Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(FarmToken)));

    /// <summary>A site that may ask owners to confirm something.</summary>
    public const string ConfirmationHost = "manager.example.net:8443";

    /// <summary>Contexts whose owners may, or must, sign in at <see cref="Provider"/>, and at one that is not there.</summary>
    public const string PartnerContext = "partner";
    public const string ForcedContext = "forced";
    public const string DeadContext = "dead";

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-web-").FullName;
    private WebApplication _app = null!;

    public IServiceProvider Services => _app.Services;

    public Uri Address { get; private set; } = null!;

    public MailCatcher Mails { get; private set; } = null!;

    /// <summary>An OpenID provider of somebody else's.</summary>
    public TestProvider Provider { get; private set; } = null!;

    public string FilesFolder => Path.Combine(_folder, "files");

    public async ValueTask InitializeAsync()
    {
        Mails = await MailCatcher.StartAsync();
        Provider = await TestProvider.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0", WebServices.ProgramUrl);
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Next(), FreePort.Next()));
        builder.Services
            .AddSingleton<IDocumentStore>(
                new SqliteDocumentStore(new SqliteDocumentOptions { Directory = Path.Combine(_folder, "documents") }))
            .AddSingleton<IBlobStore>(new LocalDiskBlobStore(new LocalDiskOptions { Directory = FilesFolder }))
            .Configure<RealtimeOptions>(options =>
            {
                options.TokenTimeout = TimeSpan.FromSeconds(2);
                options.RecheckTime = TimeSpan.Zero;
                options.MaxSockets = 3;
                options.MaxUnknownSockets = 4;
                options.MaxSubscriptions = 5;
            })
            .AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider())
            .Configure<AppsOptions>(options =>
            {
                options.Folder = Apps.ShippedApps.Write(Path.Combine(_folder, "shipped"));
                options.Default = "";
                options.RegistryTimeout = TimeSpan.FromSeconds(1);
                options.RegistryCacheTime = TimeSpan.Zero;
                options.UnusedPackageTime = TimeSpan.Zero;
            })
            .Configure<ContextsOptions>(contexts =>
            {
                contexts["family"] = new ContextOptions
                {
                    DefaultApps = "home,store",
                    HelpLink = "https://help.example.net/",
                    Features = { ["family.size"] = "4" },
                };
                contexts["shop"] = new ContextOptions { Registries = { Apps.AppArchives.RegistryAddress } };
                contexts["closed"] = new ContextOptions { Registries = { "http://127.0.0.1:1/" } };
            })
            .AddCozyGrains()
            .Configure<JobsOptions>(options =>
            {
                options.ExternalWorkers.Add("ocr");
                options.ExternalWorkers.Add("farmed");
                options.ExternalRetryDelay = TimeSpan.FromMilliseconds(50);
                options.FarmTokens.Add($"{FarmTokenHash} farmed");
                options.PollTime = TimeSpan.FromSeconds(1);
                options.Programs = new ProgramOptions
                {
                    MaxMemoryBytes = 192 << 20,
                    MaxCpuTime = TimeSpan.FromSeconds(2),
                    MaxDiskBytes = 8 << 20,
                    MaxFiles = 500,
                    MaxOutputBytes = 256 << 10,
                    MaxProcesses = 48,
                };
                options.ExportPartBytes = 5000;
                (options.PushGateway, options.SmsGateway) = (new Uri(Notifications.TestGateway.Address, "push"), new Uri(Notifications.TestGateway.Address, "sms"));
                options.PushGatewayToken = Notifications.TestGateway.Token;
            })
            .Configure<MailOptions>(options =>
                (options.Host, options.Port, options.Security) = ("127.0.0.1", Mails.SmtpPort, MailSecurity.None))
            .Configure<OpenIdOptions>(Configure)
            .Configure<ThumbnailOptions>(options => options.Program = CozyProgram.Path)
            .AddCozyWeb(options =>
            {
                // Each test says where its requests come from; those that do not all come from here.
                options.TrustedProxies.Add("127.0.0.1");
                options.ConfirmationHosts.Add(ConfirmationHost);
                options.EntryAttempts = 2000;
                (options.LinkGuessesOfAll, options.LinkGuessOfAllInterval) = (LinkGuessesOfAll, TimeSpan.FromHours(1));
                (options.LinkGuessDelay, options.MaxDelayedGuesses) = (TimeSpan.FromMilliseconds(20), MaxFeeds / 4);
                options.MaxFileBytes = 1_000_000;
                options.MaxConcurrentRequests = MaxFeeds / 2;
                options.MaxFeeds = MaxFeeds;
                options.UploadIdleTimeout = TimeSpan.FromSeconds(2);
            });
        _app = builder.Build();
        _app.UseCozyWeb();
        _app.MapCozyWeb();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Mails.DisposeAsync();
        await Provider.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Configure(OpenIdOptions options)
    {
        OpenIdProvider ProviderAt(string issuer) => new()
        {
            Issuer = issuer,
            ClientId = TestProvider.ClientId,
            ClientSecret = TestProvider.ClientSecret,
            InstanceClaim = "cozy_number",
            InstancePrefix = "cloud",
            InstanceSuffix = ".localhost",
            DisplayName = "Partner",
        };
        options[PartnerContext] = ProviderAt(Provider.Issuer);
        options[ForcedContext] = ProviderAt(Provider.Issuer);
        options[ForcedContext].DisablePassphrases = true;
        options[ForcedContext].RedirectUri = "https://login.example.net/oidc/redirect";
        options[DeadContext] = ProviderAt($"http://127.0.0.1:{FreePort.Next()}");
    }

    /// <summary>Creates an instance no other test uses.</summary>
    public async Task<Cozy> CreateInstanceAsync(Func<NewInstance, NewInstance>? change = null)
    {
        var request = new NewInstance { Domain = $"{Guid.NewGuid():N}.localhost" };
        request = change?.Invoke(request) ?? request;
        var grain = Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IInstanceGrain>(DomainName.InstanceId(request.Domain));
        return new Cozy(this, await grain.CreateAsync(request));
    }

    /// <summary>Sends bytes as they are and reads what comes until the server closes.</summary>
    public async Task<string> SendRawAsync(string text, bool closeEarly = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        if (closeEarly)
            client.Client.Shutdown(SocketShutdown.Send);
        var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server cut the connection off; what it said before counts.
        }

        return System.Text.Encoding.Latin1.GetString(received.ToArray());
    }
}

/// <summary>An instance and a way to ask it things.</summary>
public sealed class Cozy(TestServer server, Instance instance)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    public Instance Instance { get; } = instance;

    /// <summary>A token of the command line.</summary>
    public string Token(string scope, TimeProvider? time = null) =>
        new TokenIssuer(time ?? TimeProvider.System).Issue(Instance, TokenAudience.CommandLine, null, scope);

    /// <summary>Asks; <paramref name="scope"/> null for no token.</summary>
    public async Task<Answer> AskAsync(
        string method, string target, string? scope = null, HttpContent? body = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address + target.TrimStart('/'),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = Instance.Domain;
        request.Content = body;
        if (scope is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(scope));
        change?.Invoke(request);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Asks and gives the answer as it begins; the caller reads it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string method, string target, string scope)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address + target.TrimStart('/')));
        request.Headers.Host = Instance.Domain;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(scope));
        return (await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();
    }
    public static System.Text.Json.JsonElement JsonOf(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement;

    public static HttpContent Json(string json) => new StringContent(json, System.Text.Encoding.UTF8, "application/json");
}
