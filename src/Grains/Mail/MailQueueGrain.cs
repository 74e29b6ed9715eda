using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Mail;

/// <summary>
/// Mails are documents until the SMTP server has them, so a crash delays them and may repeat one, but loses none. One
/// grain sends for the whole farm: its connections bound how much the SMTP server is asked at a time.
/// </summary>
[GrainType("mailqueue")]
internal sealed partial class MailQueueGrain : Grain, IMailQueueGrain
{
    private readonly MailDocuments _documents;
    private readonly SmtpTransport _transport;
    private readonly MailOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MailQueueGrain> _log;
    private readonly LoadOnce<SortedDictionary<string, WaitingMail>> _waiting;
    private readonly HashSet<string> _sending = new(StringComparer.Ordinal);
    private IGrainTimer? _timer;

    public MailQueueGrain(
        IDocumentStore store, IDataProtectionProvider protection, SmtpTransport transport, IOptions<MailOptions> options,
        TimeProvider time, ILogger<MailQueueGrain> log)
    {
        _documents = new MailDocuments(store, protection);
        (_transport, _options, _time, _log) = (transport, options.Value, time, log);
        _waiting = new(LoadAsync);
    }

    public async Task AddAsync(OutgoingMail mail)
    {
        if (!_options.IsEnabled)
            throw new CozyException(ErrorKind.Unavailable, "mail_disabled", "This server sends no mail.");
        if (mail.To.Count == 0 || !mail.To.All(to => MailRules.IsAddress(to.Address)))
            throw CozyException.Invalid("email", "It is not a mail address.");

        var waiting = await _waiting.GetAsync();
        var added = await _documents.AddAsync(mail, _time.GetUtcNow());
        waiting[added.Id] = added;
        SendDue(waiting);
    }

    public async Task WakeAsync()
    {
        try
        {
            SendDue(await _waiting.GetAsync());
        }
        catch (CozyException failure)
        {
            LogStuck(_log, failure);
        }
    }

    private async Task<SortedDictionary<string, WaitingMail>> LoadAsync() =>
        new((await _documents.ListAsync()).ToDictionary(mail => mail.Id), StringComparer.Ordinal);

    /// <summary>Starts what is due, as far as there are connections, and sets the clock for the rest.</summary>
    private void SendDue(SortedDictionary<string, WaitingMail> waiting)
    {
        var now = _time.GetUtcNow();
        foreach (var mail in waiting.Values)
        {
            if (_sending.Count >= _options.Connections)
                break;
            if (mail.NextTry <= now && _sending.Add(mail.Id))
                _ = SendAsync(waiting, mail);
        }

        _timer?.Dispose();
        _timer = null;
        var others = waiting.Values.Where(mail => !_sending.Contains(mail.Id)).Select(mail => mail.NextTry).ToArray();
        if (others.Length > 0 && _sending.Count < _options.Connections)
        {
            var wait = others.Min() - now;
            _timer = this.RegisterGrainTimer(
                _ => WakeAsync(),
                new GrainTimerCreationOptions(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan)
                {
                    Interleave = true,
                    KeepAlive = true,
                });
        }
    }

    private async Task SendAsync(SortedDictionary<string, WaitingMail> waiting, WaitingMail mail)
    {
        try
        {
            if (await DeliverAsync(mail) is { } later)
                waiting[mail.Id] = later;
            else
                waiting.Remove(mail.Id);
        }
        catch (CozyException failure)
        {
            // The store: what it knows is read again, by whoever wakes this grain next.
            LogStuck(_log, failure);
            _waiting.Reset();
        }
        finally
        {
            _sending.Remove(mail.Id);
        }

        if (_waiting.IsCurrent(waiting))
            SendDue(waiting);
    }

    /// <summary>Sends a mail and forgets it, or gives back how it waits on.</summary>
    private async Task<WaitingMail?> DeliverAsync(WaitingMail mail)
    {
        if (_documents.Open(mail) is not { } content)
        {
            LogUnreadable(_log, mail.Id);
            await _documents.RemoveAsync(mail);
            return null;
        }

        try
        {
            await _transport.SendAsync(mail.Id, content);
        }
        catch (MailRefusedException failure)
        {
            LogGivenUp(_log, mail.Id, content.InstanceId, failure.Message);
        }
        catch (Exception failure)
        {
            var now = _time.GetUtcNow();
            var attempts = mail.Attempts + 1;
            if (now - mail.CreatedAt < _options.GiveUpAfter)
            {
                LogPostponed(_log, mail.Id, content.InstanceId, attempts, Reason(failure));
                var next = now + MailRules.WaitAfter(attempts, _options.RetryInterval);
                return await _documents.WriteAsync(mail with { Attempts = attempts, NextTry = next });
            }

            LogGivenUp(_log, mail.Id, content.InstanceId, Reason(failure));
        }

        await _documents.RemoveAsync(mail);
        return null;
    }

    // What an SMTP server says may repeat an address.
    private static string Reason(Exception failure) => failure is MailKit.Net.Smtp.SmtpCommandException refused
        ? $"SMTP status {(int)refused.StatusCode}"
        : failure is System.Net.Sockets.SocketException socket ? socket.Message : failure.GetType().Name;
}
