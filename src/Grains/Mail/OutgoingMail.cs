namespace Cozy.Grains.Mail;

/// <summary>A mail to be sent.</summary>
internal sealed record OutgoingMail
{
    /// <summary>To whom.</summary>
    public required IReadOnlyList<MailAddress> To { get; init; }

    /// <summary>From whom; null for the server's own address.</summary>
    public MailAddress? From { get; init; }

    /// <summary>Who gets answers; null for the server's setting.</summary>
    public MailAddress? ReplyTo { get; init; }

    /// <summary>The subject.</summary>
    public required string Subject { get; init; }

    /// <summary>The body as plain text; null for none.</summary>
    public string? Text { get; init; }

    /// <summary>The body as HTML; null for none.</summary>
    public string? Html { get; init; }

    /// <summary>Files that go with it.</summary>
    public IReadOnlyList<MailAttachment> Attachments { get; init; } = [];
}

/// <summary>A mail address with the name that goes with it.</summary>
/// <param name="Address">The address, such as <c>alice@example.net</c>.</param>
/// <param name="Name">The name; empty for none.</param>
internal sealed record MailAddress(string Address, string Name = "");

/// <summary>A file that goes with a mail.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">What is in it.</param>
internal sealed record MailAttachment(string Name, byte[] Content);
