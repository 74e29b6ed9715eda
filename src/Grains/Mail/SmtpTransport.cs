using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Cozy.Grains.Mail;

/// <summary>Hands a mail to the SMTP server.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options)
{
    private readonly MailOptions _options = options.Value;

    /// <summary>Sends one mail over a connection of its own.</summary>
    /// <param name="id">Names the mail, so that a mail that is sent twice can be recognised.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="MailRefusedException">The server will never take it.</exception>
    /// <exception cref="IOException">It may take it later; other exceptions of the network and of MailKit mean the same.</exception>
    public async Task SendAsync(string id, OutgoingMail mail, CancellationToken cancellationToken = default)
    {
        using var message = Compose(id, mail);
        using var client = new SmtpClient { Timeout = (int)_options.Timeout.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(_options.Host!, _options.Port, SecurityOf(_options.Security), cancellationToken);
            if (!string.IsNullOrEmpty(_options.User))
                await client.AuthenticateAsync(_options.User, _options.Password ?? "", cancellationToken);
            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException failure) when ((int)failure.StatusCode is >= 500 and not 535
            && failure.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            throw new MailRefusedException($"{(int)failure.StatusCode}", failure);
        }

        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or MailKit.ProtocolException or MailKit.CommandException)
        {
            // The server has the mail; how it says goodbye does not matter.
        }
    }

    private MimeMessage Compose(string id, OutgoingMail mail)
    {
        var message = new MimeMessage();
        var from = mail.From ?? new MailAddress(_options.From ?? "noreply@localhost", _options.FromName);
        message.From.Add(new MailboxAddress(from.Name, from.Address));
        if (mail.ReplyTo is { } replyTo)
            message.ReplyTo.Add(new MailboxAddress(replyTo.Name, replyTo.Address));
        else if (!string.IsNullOrEmpty(_options.ReplyTo))
            message.ReplyTo.Add(MailboxAddress.Parse(_options.ReplyTo));
        message.To.AddRange(mail.To.Select(to => new MailboxAddress(to.Name, to.Address)));
        message.Subject = mail.Subject;
        message.MessageId = $"{id}@{from.Address[(from.Address.LastIndexOf('@') + 1)..]}";

        // No holiday note is wanted in return (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        foreach (var attachment in mail.Attachments)
            body.Attachments.Add(attachment.Name, attachment.Content);
        message.Body = body.ToMessageBody();
        return message;
    }

    private static SecureSocketOptions SecurityOf(MailSecurity security) => security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}

/// <summary>The SMTP server will never take this mail.</summary>
internal sealed class MailRefusedException(string code, Exception inner) : Exception(code, inner);
