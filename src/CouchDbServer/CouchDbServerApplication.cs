using System.Net;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Security;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cozy.CouchDbServer;

/// <summary>The server that puts CouchDB's HTTP protocol in front of a document store.</summary>
public static class CouchDbServerApplication
{
    /// <summary>Builds the server over the embedded engine, with its databases in <see cref="CouchDbServerOptions.Data"/>.</summary>
    /// <exception cref="ArgumentException">The account has no name or no password.</exception>
    public static WebApplication Build(CouchDbServerOptions options) => Build(
        options,
        new SqliteDocumentStore(new SqliteDocumentOptions
        {
            Directory = options.Data,
            MaxDocumentBytes = options.Limits.MaxDocumentBytes,
            MaxAttachmentBytes = options.Limits.MaxAttachmentBytes,
            Queries = options.Limits.Queries,
            // CouchDB's own behaviour, which the port does without.
            UnknownParentStartsHistory = true,
        }));

    /// <summary>Builds the server over a store; the application disposes it when it stops.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="store">The store to serve; no other process may write to it.</param>
    /// <param name="time">Tells the time; the system's by default.</param>
    /// <exception cref="ArgumentException">The account has no name or no password.</exception>
    public static WebApplication Build(CouchDbServerOptions options, IDocumentStore store, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.AdminName);
        ArgumentException.ThrowIfNullOrEmpty(options.AdminPassword);

        // Empty: the usual builders watch the working folder and all below it for changed settings, and the data may be there.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "cozy-couchdb" });
        builder.WebHost.UseKestrelCore();
        builder.Logging.ClearProviders().AddSimpleConsole().AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseUrls(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.MaxRequestBytes;
            // Lists of ids travel in query strings.
            kestrel.Limits.MaxRequestLineSize = 256 * 1024;
            kestrel.Limits.MaxRequestBufferSize = 1024 * 1024;
        });
        builder.Services.AddSingleton(_ => store);
        var app = builder.Build();
        // Whom the container has made it disposes, so it is asked for once.
        app.Services.GetRequiredService<IDocumentStore>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Cozy.CouchDbServer");
        var server = new ServerContext(options, store, ServerIdentity.LoadOrCreate(options.Data), time ?? TimeProvider.System)
        {
            Scripts = options.Scripts.Enabled ? options.Scripts : null,
            Stopping = app.Lifetime.ApplicationStopping,
            Compactions = new Compactions(store, logger, app.Lifetime.ApplicationStopping),
        };
        app.Run(http => ServeAsync(http, server, logger));
        return app;
    }

    private static async Task ServeAsync(HttpContext http, ServerContext server, ILogger logger)
    {
        try
        {
            var target = RequestTarget.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            var user = Router.IsPublic(target) ? null : await RequireUserAsync(http, server, target);
            await Router.RouteAsync(http, server, target, user);
        }
        catch (CouchException failure)
        {
            await FailAsync(http, failure);
        }
        catch (DocumentStoreException failure)
        {
            if (failure.Kind is StoreError.Full or StoreError.Corrupt or StoreError.Unavailable)
                CouchDbServerLog.StoreFailed(logger, failure, http.Request.Method, failure.Kind);
            await FailAsync(http, CouchException.From(failure));
        }
        catch (BadHttpRequestException failure)
        {
            var isTooLarge = failure.StatusCode == (int)HttpStatusCode.RequestEntityTooLarge;
            await FailAsync(
                http,
                new CouchException(failure.StatusCode, isTooLarge ? "too_large" : "bad_request", failure.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody to answer.
        }
        catch (Exception failure)
        {
            CouchDbServerLog.RequestFailed(logger, failure, http.Request.Method);
            await FailAsync(
                http, new CouchException(StatusCodes.Status500InternalServerError, "unknown_error", "internal error"));
        }
    }

    /// <summary>The account of a request; null when it may do without.</summary>
    private static async Task<string?> RequireUserAsync(HttpContext http, ServerContext server, RequestTarget target)
    {
        if (server.Authentication.Authenticate(http.Request).User is { } user)
            return user;
        await PublicAccess.RequireAsync(http, server, target);
        return null;
    }

    private static async Task FailAsync(HttpContext http, CouchException failure)
    {
        var response = http.Response;
        if (response.HasStarted)
        {
            // Part of an answer is out: cutting the connection is the only way left to say that it is not whole.
            http.Abort();
            return;
        }

        response.Clear();
        if (failure.Allow is not null)
            response.Headers.Allow = failure.Allow;
        if (failure.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Basic realm=\"server\"";
        var exchange = new Exchange(http, null!, null!);
        await exchange.AnswerAsync(failure.Status, json => json.Error(failure.Error, failure.Reason));
    }
}
