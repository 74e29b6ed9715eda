using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Cozy.Testing;

/// <summary>
/// A real SMTP server that keeps what it is sent: the one that <c>tests/run</c> started, or one of its own beside it.
/// Tests tell their mails apart by addresses nobody else uses.
/// </summary>
public sealed partial class MailCatcher : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly Process? _process;
    private readonly Uri _mails;

    private MailCatcher(Process? process, int smtpPort, Uri mails) => (_process, SmtpPort, _mails) = (process, smtpPort, mails);

    /// <summary>The port of SMTP on 127.0.0.1.</summary>
    public int SmtpPort { get; }

    /// <summary>Finds or starts the catcher.</summary>
    public static async Task<MailCatcher> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("COZY_TEST_SMTP_PORT") is { Length: > 0 } port)
            return new MailCatcher(null, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), new Uri(Environment.GetEnvironmentVariable("COZY_TEST_MAILS_URL")!));

        var (smtp, http) = (FreePort.Next(), FreePort.Next());
        var start = new ProcessStartInfo("node", [RepositoryFolder.Under("deploy", "dev", "mail-catcher.cjs")]);
        start.Environment["SMTP_PORT"] = $"{smtp}";
        start.Environment["HTTP_PORT"] = $"{http}";
        var catcher = new MailCatcher(Process.Start(start)!, smtp, new Uri($"http://127.0.0.1:{http}"));
        await catcher.WaitUntilReadyAsync();
        return catcher;
    }

    /// <summary>An address no other test uses.</summary>
    public static string NewAddress(string name = "owner") => $"{name}-{Guid.NewGuid():N}@example.net";

    /// <summary>Waits until so many mails have come to an address, and returns them, the oldest first.</summary>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public async Task<IReadOnlyList<CaughtMail>> WaitAsync(string address, int count = 1)
    {
        var deadline = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(deadline) < Patience)
        {
            var query = $"/mails/wait?to={Uri.EscapeDataString(address)}&count={count}&timeout=10000";
            var mails = await Client.GetFromJsonAsync<CaughtMail[]>(new Uri(_mails, query));
            if (mails!.Length >= count)
                return mails;
        }

        throw new TimeoutException($"Fewer than {count} mails came to {address}.");
    }

    /// <summary>Waits for the first mail to come to an address.</summary>
    public async Task<CaughtMail> WaitForAsync(string address) => (await WaitAsync(address))[0];

    /// <summary>Waits for a certain mail: those that are sent at about the same time come in any order.</summary>
    public async Task<CaughtMail> WaitForAsync(string address, Func<CaughtMail, bool> isIt)
    {
        for (var count = 1; ; count++)
        {
            var mails = await WaitAsync(address, count);
            if (mails.FirstOrDefault(isIt) is { } found)
                return found;
            count = mails.Count;
        }
    }

    /// <summary>Waits for a mail with a code of digits that is not the one known already.</summary>
    public async Task<string> WaitForCodeAsync(string address, string known = "") =>
        (await WaitForAsync(address, mail => mail.Code != known && Digits().IsMatch(mail.Code))).Code;

    /// <summary>What has come to an address so far.</summary>
    public async Task<IReadOnlyList<CaughtMail>> ReadAsync(string address) =>
        (await Client.GetFromJsonAsync<CaughtMail[]>(new Uri(_mails, $"/mails?to={Uri.EscapeDataString(address)}")))!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await Client.GetAsync(new Uri(_mails, "/mails"));
                return;
            }
            catch (HttpRequestException) when (i < 200 && !_process!.HasExited)
            {
                await Task.Delay(25);
            }
        }
    }

    [GeneratedRegex(@"^\d+$")]
    private static partial Regex Digits();

    [GeneratedRegex(@"https?://\S+")]
    internal static partial Regex Link();

    [GeneratedRegex(@"^\s{4}(\S.*)$", RegexOptions.Multiline)]
    internal static partial Regex Code();
}

/// <summary>A mail that came.</summary>
public sealed record CaughtMail(
    string From, string[] To, string ReplyTo, string Subject, string Text, string Html, string MessageId, CaughtAttachment[] Attachments)
{
    /// <summary>The link in it.</summary>
    public Uri Link => new(MailCatcher.Link().Match(Text).Value);

    /// <summary>The code, or the text that stands out.</summary>
    public string Code => MailCatcher.Code().Match(Text).Groups[1].Value.Trim();
}

/// <summary>A file that came with a mail.</summary>
public sealed record CaughtAttachment(string Name, byte[] Content);
