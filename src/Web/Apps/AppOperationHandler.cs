using System.Globalization;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Apps;

/// <summary>
/// Installs and updates apps: answers 202 once the manifest is known, or tells each step as a server-sent event until the
/// end.
/// </summary>
internal sealed class AppOperationHandler(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const string EventStream = "text/event-stream";

    /// <summary><c>POST</c> and <c>PUT /apps/:slug</c>.</summary>
    public async Task RunAsync(HttpContext context, AppKind kind, bool isUpdate)
    {
        var source = context.Request.Query["Source"].ToString() is { Length: > 0 } text ? text : null;
        AppAccess.RequireChange(context.Caller(), isUpdate ? Verbs.Put : Verbs.Post, kind, source);
        var operation = new AppOperation
        {
            Id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            Kind = kind,
            Slug = AppEndpoints.RequireSlug(context),
            IsUpdate = isUpdate,
            Source = source,
            Deactivated = context.Request.Query["Deactivated"] == "true",
            PermissionsAcked = context.Request.Query["PermissionsAcked"] == "true",
            Parameters = ReadParameters(context.Request.Query["Parameters"], options.Value.MaxJsonDepth),
        };
        if (context.Request.Headers.Accept.Any(value => value?.Contains(EventStream, StringComparison.Ordinal) == true))
            await StreamAsync(context, operation);
        else
            await AnswerAsync(context, operation);
    }

    private async Task AnswerAsync(HttpContext context, AppOperation operation)
    {
        await foreach (var progress in FollowAsync(context, operation))
        {
            if (progress.Failure is { } failure)
                throw failure;
            if (progress.App is { } app)
            {
                await AppEndpoints.WriteAsync(context, StatusCodes.Status202Accepted, app);
                return;
            }
        }
    }

    private async Task StreamAsync(HttpContext context, AppOperation operation)
    {
        var response = context.Response;
        response.ContentType = EventStream;
        response.Headers.CacheControl = "no-cache";
        var address = InstanceAddress.Of(context);
        var seen = -1;
        try
        {
            await foreach (var progress in FollowAsync(context, operation))
            {
                if (progress.Step == seen)
                    await SendAsync(response, ": still at work\r\n\r\n", context.RequestAborted);
                else if (progress.Failure is { } failure)
                    await SendErrorAsync(response, failure, context.RequestAborted);
                else if (progress.App is { } app)
                    await SendAsync(response, $"event: state\r\ndata: {Write(app, address)}\r\n\r\n", context.RequestAborted);
                seen = progress.Step;
            }
        }
        catch (CozyException refusal)
        {
            await SendErrorAsync(response, refusal, context.RequestAborted);
        }
    }

    private async IAsyncEnumerable<AppProgress> FollowAsync(HttpContext context, AppOperation operation)
    {
        var apps = grains.GetGrain<IAppsGrain>(context.Instance().Id);
        await GrainCalls.RetryOnceAsync((apps, operation), static async (call, _) =>
        {
            await call.apps.StartAsync(call.operation);
            return true;
        });
        var progress = new AppProgress(0, null, false, null);
        while (!progress.HasEnded)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            progress = await apps.WatchAsync(operation.Id, progress.Step);
            yield return progress;
        }
    }

    private static string Write(InstalledApp app, InstanceAddress address)
    {
        using var buffer = new Json.PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
            AppResource.WriteDocument(json, app, address);
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }

    private static Task SendErrorAsync(HttpResponse response, CozyException failure, CancellationToken cancellationToken) =>
        SendAsync(response, $"event: error\r\ndata: {JsonSerializer.Serialize(failure.Message)}\r\n\r\n", cancellationToken);

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>The parameters of an app as they were given; empty for none.</summary>
    /// <exception cref="ApiException">422: they are no JSON object.</exception>
    public static ReadOnlyMemory<byte> ReadParameters(string? text, int maxDepth)
    {
        if (string.IsNullOrEmpty(text))
            return default;
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = maxDepth });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return Encoding.UTF8.GetBytes(json.RootElement.GetRawText());
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw ApiException.Invalid("Parameters", "Not a JSON object");
    }
}
