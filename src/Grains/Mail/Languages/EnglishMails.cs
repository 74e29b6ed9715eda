using System.Globalization;

namespace Cozy.Grains.Mail.Languages;

/// <summary>The mails in English, which is also what other languages fall back to.</summary>
internal sealed class EnglishMails : IMailTexts
{
    public string Tag => "en";

    public MailContent PassphraseReset(string name, string domain, Uri link, int minutes) => new()
    {
        Subject = "Choose a new passphrase",
        Greeting = Hello(name),
        Before = [$"Somebody asked for a new passphrase for {domain}. If it was you, choose it here:"],
        Button = ("Choose a new passphrase", link),
        After =
        [
            $"The link works once, for {minutes} minutes.",
            "If it was not you, do nothing: your passphrase stays what it is.",
        ],
    };

    public MailContent Hint(string name, string domain, string hint) => new()
    {
        Subject = "The hint for your passphrase",
        Greeting = Hello(name),
        Before = [$"This is the hint you wrote for the passphrase of {domain}:"],
        Code = hint,
        After = ["If you did not ask for it, somebody may be trying to get in. Your passphrase was not revealed."],
    };

    public MailContent LoginCode(string name, string domain, string code, int minutes) => new()
    {
        Subject = "Your code to log in",
        Greeting = Hello(name),
        Before = [$"Enter this code to log in to {domain}:"],
        Code = code,
        After =
        [
            $"It works for {minutes} minutes.",
            "If you are not logging in, somebody knows your passphrase: change it.",
        ],
    };

    public MailContent ActivationCode(string name, string domain, string code, int minutes) => new()
    {
        Subject = "Confirm codes by mail",
        Greeting = Hello(name),
        Before = [$"Enter this code to have {domain} ask for a code by mail at each login:"],
        Code = code,
        After = [$"It works for {minutes} minutes."],
    };

    public MailContent CertificationCode(string name, string domain, string client, string code, int minutes) => new()
    {
        Subject = "Your code to let an app do everything",
        Greeting = Hello(name),
        Before = [$"{client} asks to use {domain} as you do. If you have just started it yourself, enter this code:"],
        Code = code,
        After =
        [
            $"It works for {minutes} minutes.",
            "If you did not start it, give this code to nobody: whoever has it could read, change and delete all you keep there.",
        ],
    };

    public MailContent NewDevice(string name, string domain, LoginFacts login, Uri page) => new()
    {
        Subject = "A new login to your Cozy",
        Greeting = Hello(name),
        Before =
        [
            $"Somebody logged in to {domain} with a browser that was not seen there before:",
            $"{Device(login)}, address {login.Address}, {login.At.ToString("d MMMM yyyy, HH:mm 'UTC'zzz", CultureInfo.GetCultureInfo("en-GB"))}",
            "If it was you, all is well. If not, log that browser out and change your passphrase:",
        ],
        Button = ("Look at my sessions", page),
    };

    public MailContent PassphraseChanged(string name, string domain, Uri page) => new()
    {
        Subject = "Your passphrase was changed",
        Greeting = Hello(name),
        Before = [$"The passphrase of {domain} was changed, and every browser was logged out."],
        Button = ("Open my Cozy", page),
        After = ["If it was not you, ask for a new passphrase on the login page right away."],
    };

    public MailContent SecondFactorChanged(string name, string domain, bool isOn, Uri page) => new()
    {
        Subject = isOn ? "Two-step login is on" : "Two-step login is off",
        Greeting = Hello(name),
        Before =
        [
            isOn
                ? $"From now on {domain} asks for a code besides your passphrase."
                : $"From now on {domain} asks for your passphrase alone.",
        ],
        Button = ("Security settings", page),
        After = ["If it was not you, change your passphrase right away."],
    };

    public MailContent ConfirmEmail(string name, string domain, Uri link, int hours) => new()
    {
        Subject = "Confirm your mail address",
        Greeting = Hello(name),
        Before = [$"This address is to become the one of {domain}. Confirm that it is yours:"],
        Button = ("Confirm this address", link),
        After = [$"The link works for {hours} hours. If you know nothing of this, do nothing."],
    };

    public MailContent ConfirmDeletion(string name, string domain, Uri link, int minutes) => new()
    {
        Subject = "Delete your Cozy?",
        Greeting = Hello(name),
        Before = [$"You asked to delete {domain} with everything in it: files, contacts, photos, apps. This cannot be undone."],
        Button = ("Look at it and delete", link),
        After = [$"The link works for {minutes} minutes. If you did not ask for this, do nothing, and change your passphrase: somebody uses your account."],
    };

    public MailContent EmailChanged(string name, string domain, string email) => new()
    {
        Subject = "Your mail address was changed",
        Greeting = Hello(name),
        Before = [$"Mails of {domain} now go to {email}."],
        After = ["If it was not you, log in and change your passphrase right away."],
    };

    public MailContent ExportReady(string name, string domain, Uri link, IReadOnlyList<Uri> others, DateTimeOffset until) => new()
    {
        Subject = "Your data is ready",
        Greeting = Hello(name),
        Before = [$"A copy of what {domain} holds can be fetched. Whoever has the link can fetch it too: keep it to yourself."],
        Button = ("Fetch my data", link),
        After =
        [
            .. others.Select((other, index) => $"Part {index + 2}: {other.AbsoluteUri}"),
            $"It stays there until {until.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("en-GB"))}.",
            "If you did not ask for it, change your passphrase right away: the link then ends.",
        ],
    };

    public MailContent ExportFailed(string name, string domain) => new()
    {
        Subject = "Your data could not be copied",
        Greeting = Hello(name),
        Before = [$"The copy of what {domain} holds could not be made. Nothing of your data is lost; ask for it again later."],
    };

    public MailContent DiskNearlyFull(string name, string domain, Uri? home) => new()
    {
        Subject = "Your Cozy is nearly full",
        Greeting = Hello(name),
        Before = [$"Your files take more than 90% of the room there is in {domain}. When it is full, nothing new can be kept."],
        Button = home is null ? null : ("Open my Cozy", home),
        After = ["Empty the trash, delete what you no longer need, or ask who runs your Cozy for more room."],
    };

    private static string Hello(string name) => name.Length == 0 ? "Hello," : $"Hello {name},";

    private static string Device(LoginFacts login) => (login.Browser, login.System) switch
    {
        ("", "") => "an unknown browser",
        (var browser, "") => browser,
        ("", var system) => $"a browser on {system}",
        var (browser, system) => $"{browser} on {system}",
    };
}
