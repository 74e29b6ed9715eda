using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Auth;

/// <summary>How owners are let in (section <c>Auth</c>).</summary>
public sealed class AuthOptions
{
    /// <summary>Wrong passphrases from one address, or one known browser, before it has to wait.</summary>
    [Range(1, 1000)]
    public int VisitorAttempts { get; set; } = 10;

    /// <summary>After how long such a visitor may try once more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan VisitorInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Wrong passphrases from all unknown browsers together before they have to wait.</summary>
    [Range(1, 100_000)]
    public int StrangerAttempts { get; set; } = 100;

    /// <summary>After how long one more of them may try.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan StrangerInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Codes of the second factor that may be asked for at once.</summary>
    [Range(1, 1000)]
    public int Codes { get; set; } = 20;

    /// <summary>After how long one more may be asked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan CodeInterval { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How often a code may be guessed before another one is due.</summary>
    [Range(1, 20)]
    public int CodeGuesses { get; set; } = 5;

    /// <summary>How long a code that was mailed is good.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a device need not show the second factor again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan TrustedDeviceLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a link to choose a new passphrase is good; until then no other one is mailed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PassphraseResetInterval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a link that confirms a mail address is good.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan EmailLinkLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a link that destroys the instance is good.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DeletionLinkLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A session that is not used for so long ends.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a code is good that an application got for a session in a web view.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan SessionCodeLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Mails the owner when somebody logs in with a browser that was not seen before.</summary>
    public bool LoginMails { get; set; } = true;

    /// <summary>How many logins and how many other events are kept for the owner to read.</summary>
    [Range(10, 100_000)]
    public int HistoryEntries { get; set; } = 1000;
}
