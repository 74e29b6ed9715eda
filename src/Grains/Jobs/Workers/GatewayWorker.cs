using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.OAuth;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Hands notifications to the operator's gateway for mobile devices or short messages, which knows how to reach them: a POST
/// of <c>{instance, domain, id, message, devices: [{platform, token}]}</c>. When it fails for good, the message's <c>mail_fallback</c> is mailed to the owner.
/// </summary>
internal sealed class GatewayWorker(
    string name, bool isReserved, Uri? address, string? token, OutsideGateway gateway, IGrainFactory grains,
    Func<string, Task<IReadOnlyList<OAuthClient>>>? devicesOf) : IWorker
{
    private const string Fallback = "mail_fallback";

    /// <summary>How long the gateway has: less than the job, whose end would say less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public WorkerType Type { get; } = new(name)
    {
        IsReserved = isReserved,
        MaxTries = 3,
        Timeout = TimeSpan.FromSeconds(10),
        RetryDelay = TimeSpan.FromSeconds(2),
        HourlyLimit = 30,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(job, cancellationToken);
        }
        catch (JobFailedException failure) when (IsLast(job, failure) && MailOf(job.Message) is { } mail)
        {
            await grains.GetGrain<IJobQueueGrain>(job.InstanceId).PushAsync(
                new NewJob { Worker = "sendmail", Message = mail, IdempotencyKey = $"instead of {job.Id}" });
            throw new JobFailedException($"{failure.Message} The owner is sent a mail instead.", failure.IsFinal, failure);
        }

        return default;
    }

    private bool IsLast(JobRun job, JobFailedException failure) => failure.IsFinal || job.Attempt >= Type.MaxTries;

    /// <summary>The mail to the owner that is sent when nothing else works; of what the message says only this: whom it goes to is fixed.</summary>
    private static byte[]? MailOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(Fallback, out var mail) && mail.ValueKind == JsonValueKind.Object
        && mail.Text("subject") is { } subject && mail.TryGetProperty("parts", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? JsonSerializer.SerializeToUtf8Bytes(new { mode = "noreply", subject, parts })
            : null;

    private async Task SendAsync(JobRun job, CancellationToken cancellationToken)
    {
        if (address is null)
            throw new JobFailedException($"This server has no gateway for {name}.", isFinal: true);
        // Looked up here and not put into the job, because apps may read jobs.
        var devices = devicesOf is null ? [] : await devicesOf(job.InstanceId);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    instance = job.InstanceId,
                    domain = job.Domain,
                    id = job.Id,
                    message = MessageOf(job.Message),
                    devices = devices.Select(device => new { platform = device.NotificationPlatform, token = device.NotificationDeviceToken }),
                })),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", job.Id);
        if (!string.IsNullOrEmpty(token))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var answer = await gateway.Http.SendAsync(request, patience.Token);
            if (!answer.IsSuccessStatusCode)
                throw new JobFailedException($"The gateway answered {(int)answer.StatusCode}.", (int)answer.StatusCode is >= 400 and < 500 and not (408 or 429));
        }
        catch (HttpRequestException failure)
        {
            throw new JobFailedException("The gateway cannot be reached.", inner: failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JobFailedException("The gateway did not answer in time.", inner: failure);
        }
    }

    /// <summary>What the gateway is told: not the mail that is for the owner alone.</summary>
    private static JsonNode? MessageOf(JsonElement message)
    {
        var all = message.ValueKind == JsonValueKind.Undefined ? null : JsonNode.Parse(message.GetRawText());
        (all as JsonObject)?.Remove(Fallback);
        return all;
    }
}
