using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Jobs.Workers;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Mail;

/// <summary>Sends mails: the server's own, which are sealed, and those of apps. Tries again as long as it must.</summary>
internal sealed class SendmailWorker(
    IGrainFactory grains, SmtpTransport transport, MailSeal seal, JobFiles files, IOptions<MailOptions> options) : IWorker
{
    private readonly MailOptions _options = options.Value;

    public WorkerType Type { get; } = new("sendmail")
    {
        MaxTries = int.MaxValue,
        Timeout = options.Value.Timeout * 5,
        RetryDelay = options.Value.RetryInterval,
        LongestRetryDelay = TimeSpan.FromHours(1),
        GiveUpAfter = options.Value.GiveUpAfter,
        HourlyLimit = 200,
        PerInstance = options.Value.Connections,
        PerSilo = options.Value.Connections,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        if (!_options.IsEnabled)
            throw new JobFailedException("This server sends no mail.", isFinal: true);
        var mail = MailSeal.IsSealed(job.Message)
            ? seal.Open(job.Message) ?? throw new JobFailedException("The key that sealed the mail is gone.", isFinal: true)
            : await ReadAsync(job, cancellationToken);
        try
        {
            // The same id at each try, so that a mail that comes twice can be recognised.
            await transport.SendAsync(job.Id, mail, cancellationToken);
            return default;
        }
        catch (MailRefusedException failure)
        {
            throw new JobFailedException($"The mail was refused: SMTP status {failure.Message}.", isFinal: true, failure);
        }
        catch (SmtpCommandException failure)
        {
            // What an SMTP server says may repeat an address.
            throw new JobFailedException($"The mail could not be sent: SMTP status {(int)failure.StatusCode}.", inner: null);
        }
        catch (Exception failure) when (failure is IOException or MailKit.ProtocolException or System.Net.Sockets.SocketException
            or MailKit.Security.AuthenticationException or MailKit.Security.SslHandshakeException or MailKit.ServiceNotConnectedException)
        {
            throw new JobFailedException("The mail server cannot be reached.", inner: failure);
        }
    }

    private async Task<OutgoingMail> ReadAsync(JobRun job, CancellationToken cancellationToken)
    {
        var instance = await grains.GetGrain<IInstanceGrain>(job.InstanceId).GetAsync()
            ?? throw new JobFailedException("The instance is gone.", isFinal: true);
        var mail = MailRequest.Read(job.Message, instance, _options);
        return mail with { Attachments = [.. mail.Attachments, .. await ReadFilesAsync(job, cancellationToken)] };
    }

    private async Task<IReadOnlyList<MailAttachment>> ReadFilesAsync(JobRun job, CancellationToken cancellationToken)
    {
        var attachments = new List<MailAttachment>();
        var left = _options.MaxFileBytes;
        foreach (var (id, name) in MailRequest.Files(job.Message))
        {
            var file = await files.GetAsync(job.InstanceId, id);
            await using var content = await files.OpenAsync(job.InstanceId, file, cancellationToken);
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int count; (count = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if ((left -= count) < 0)
                    throw new JobFailedException($"The files of a mail have at most {_options.MaxFileBytes} bytes.", isFinal: true);
                bytes.Write(buffer, 0, count);
            }

            attachments.Add(new MailAttachment(name ?? Path.GetFileName(file.Path), bytes.ToArray()));
        }

        return attachments;
    }
}
