namespace Cozy.Grains.Mail.Languages;

/// <summary>The mails in one language. A language that lacks one does not compile.</summary>
internal interface IMailTexts
{
    /// <summary>The BCP 47 tag, such as <c>en</c>.</summary>
    string Tag { get; }

    /// <summary>A link to choose a new passphrase.</summary>
    MailContent PassphraseReset(string name, string domain, Uri link, int minutes);

    /// <summary>The hint the owner wrote.</summary>
    MailContent Hint(string name, string domain, string hint);

    /// <summary>The code of a login.</summary>
    MailContent LoginCode(string name, string domain, string code, int minutes);

    /// <summary>The code that turns on codes by mail.</summary>
    MailContent ActivationCode(string name, string domain, string code, int minutes);

    /// <summary>The code that shows that a client is the owner's own application.</summary>
    MailContent CertificationCode(string name, string domain, string client, string code, int minutes);

    /// <summary>Somebody logged in from a browser that was not seen before.</summary>
    MailContent NewDevice(string name, string domain, LoginFacts login, Uri page);

    /// <summary>The passphrase is another.</summary>
    MailContent PassphraseChanged(string name, string domain, Uri page);

    /// <summary>A second factor was turned on or off.</summary>
    MailContent SecondFactorChanged(string name, string domain, bool isOn, Uri page);

    /// <summary>A link to confirm a new mail address, sent to it.</summary>
    MailContent ConfirmEmail(string name, string domain, Uri link, int hours);

    /// <summary>The mail address is another, sent to the old one.</summary>
    MailContent EmailChanged(string name, string domain, string email);

    /// <summary>An export can be fetched: its first archive, and the others.</summary>
    MailContent ExportReady(string name, string domain, Uri link, IReadOnlyList<Uri> others, DateTimeOffset until);

    /// <summary>An export could not be made.</summary>
    MailContent ExportFailed(string name, string domain);

    /// <summary>The files take nearly all the room there is; the address of the instance, null when it has none here.</summary>
    MailContent DiskNearlyFull(string name, string domain, Uri? home);

    /// <summary>A link to a page that destroys the instance.</summary>
    MailContent ConfirmDeletion(string name, string domain, Uri link, int minutes);
}

/// <summary>What is known of a login.</summary>
/// <param name="Browser">The browser; empty if unknown.</param>
/// <param name="System">Its operating system; empty if unknown.</param>
/// <param name="Address">The IP address.</param>
/// <param name="At">When, in the owner's time zone.</param>
internal sealed record LoginFacts(string Browser, string System, string Address, DateTimeOffset At);
