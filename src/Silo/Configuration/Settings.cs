using System.ComponentModel.DataAnnotations;
using Cozy.Grains.Alarms;
using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Grains.Contexts;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail;
using Cozy.Grains.OAuth;
using Cozy.Grains.Realtime;
using Cozy.Grains.Thumbnails;
using Cozy.Grains.Triggers;
using Cozy.Web;
using Cozy.Web.Admin;
using Cozy.Web.Auth.OpenId;
using Microsoft.Extensions.Configuration;

namespace Cozy.Silo.Configuration;

/// <summary>The whole configuration, read and checked before anything starts.</summary>
internal sealed class Settings
{
    private Settings(IConfiguration configuration)
    {
        Configuration = configuration;
        Server = Bind<ServerOptions>(Sections.Server);
        Log = Bind<LogOptions>(Sections.Log);
        Metrics = Bind<MetricsOptions>(Sections.Metrics);
        Web = Bind<WebOptions>(Sections.Web);
        Admin = Bind<AdminOptions>(Sections.Admin);
        Cluster = Bind<ClusterModeOptions>(Sections.Cluster);
        Documents = Bind<DocumentsOptions>(Sections.Documents);
        CouchDbServer = Bind<CouchDbServeOptions>(Sections.CouchDbServer);
        Files = Bind<FilesOptions>(Sections.Files);
        Auth = Bind<AuthOptions>(Sections.Auth);
        Mail = Bind<MailOptions>(Sections.Mail);
        Keys = Bind<KeysOptions>(Sections.KeysSection);
        Apps = Bind<AppsOptions>(Sections.Apps);
        Contexts = Bind<ContextsOptions>(Sections.Contexts);
        Realtime = Bind<RealtimeOptions>(Sections.Realtime);
        OAuth = Bind<OAuthOptions>(Sections.OAuth);
        OpenId = Bind<OpenIdOptions>(Sections.OpenId);
        Thumbnails = Bind<ThumbnailOptions>(Sections.Thumbnails);
        Jobs = Bind<JobsOptions>(Sections.Jobs);
        Triggers = Bind<TriggersOptions>(Sections.Triggers);
        Alarms = Bind<AlarmsOptions>(Sections.Alarms);
    }

    public IConfiguration Configuration { get; }

    public ServerOptions Server { get; }

    public LogOptions Log { get; }

    public MetricsOptions Metrics { get; }

    public WebOptions Web { get; }

    public AdminOptions Admin { get; }

    public ClusterModeOptions Cluster { get; }

    public DocumentsOptions Documents { get; }

    public CouchDbServeOptions CouchDbServer { get; }

    public FilesOptions Files { get; }

    public AuthOptions Auth { get; }

    public MailOptions Mail { get; }

    public KeysOptions Keys { get; }

    public AppsOptions Apps { get; }

    public ContextsOptions Contexts { get; }

    public RealtimeOptions Realtime { get; }

    public OAuthOptions OAuth { get; }

    public OpenIdOptions OpenId { get; }

    public ThumbnailOptions Thumbnails { get; }

    public JobsOptions Jobs { get; }

    public TriggersOptions Triggers { get; }

    public AlarmsOptions Alarms { get; }

    /// <summary>
    /// Reads <c>appsettings.json</c> beside the program, then the one in the working directory, then environment
    /// variables that begin with <c>COZY_</c>, then what the command line says. The later wins.
    /// </summary>
    /// <exception cref="ConfigurationException">A key is unknown, a value wrong, or a combination cannot work.</exception>
    public static Settings Read(IEnumerable<KeyValuePair<string, string?>> commandLine)
    {
        var settings = ReadUnchecked(commandLine);
        Combinations.Check(settings);
        return settings;
    }

    /// <summary>As <see cref="Read"/>, for a program that does not run the server: how its sections fit together is not looked at.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, or a value wrong.</exception>
    public static Settings ReadUnchecked(IEnumerable<KeyValuePair<string, string?>> commandLine)
    {
        IConfiguration configuration;
        try
        {
            configuration = new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
                .AddEnvironmentVariables("COZY_")
                .AddInMemoryCollection(commandLine)
                .Build();
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException)
        {
            throw new ConfigurationException($"{failure.Message} {failure.InnerException?.Message}".Trim(), failure);
        }

        UnknownKeys.Refuse(configuration);
        var settings = new Settings(configuration);
        Validate(settings.Documents.Queries, "Documents:Queries");
        return settings;
    }

    /// <exception cref="ConfigurationException">A value is not one the option may have.</exception>
    public static void Validate(object options, string path)
    {
        var failures = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), failures, validateAllProperties: true))
            throw new ConfigurationException($"{path}:{failures[0].MemberNames.FirstOrDefault()}: {failures[0].ErrorMessage}");
    }

    private T Bind<T>(string section)
        where T : class, new()
    {
        var options = new T();
        try
        {
            Configuration.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException failure)
        {
            throw new ConfigurationException($"{failure.Message} {failure.InnerException?.Message}".Trim(), failure);
        }

        Validate(options, section);
        return options;
    }
}
