using System.Text;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail;
using Cozy.Storage.Documents;
using Cozy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Grains.Tests.Mail;

public sealed class MailTests(TestSilo silo)
{
    private OwnerMails Mails => silo.Services.GetRequiredService<OwnerMails>();

    [Fact]
    public async Task A_mail_arrives_as_it_was_given()
    {
        var address = MailCatcher.NewAddress();
        await SendAsync(MailTo(address) with
        {
            From = new MailAddress("noreply@alice.example.net", "Cozy d’Alice"),
            ReplyTo = new MailAddress("help@example.net", "Help"),
            Subject = "Été: \u2603",
            Text = "Bonjour,\n\n.\n\nligne après un point\n",
            Html = "<p>Bonjour</p>",
        });

        var mail = await silo.Mails.WaitForAsync(address);

        Assert.Equal("Été: \u2603", mail.Subject);
        Assert.Contains("noreply@alice.example.net", mail.From, StringComparison.Ordinal);
        Assert.Contains("help@example.net", mail.ReplyTo, StringComparison.Ordinal);
        Assert.Contains("ligne après un point", mail.Text, StringComparison.Ordinal);
        Assert.Equal("<p>Bonjour</p>", mail.Html.Trim());
    }

    [Fact]
    public async Task What_a_mail_says_cannot_be_read_in_the_store()
    {
        // Nobody listens on that address for now, so the mail waits.
        var address = MailCatcher.NewAddress("busy");
        var instance = await SendAsync(MailTo(address) with { Subject = "topsecretsubject", Text = "topsecretlink" });

        var page = await silo.Documents.ListAsync(
            DatabaseName.ForDoctype(instance.Id, "io.cozy.jobs"), new ListQuery { IncludeDocuments = true }, TestContext.Current.CancellationToken);
        Assert.NotEmpty(page.Rows);
        Assert.All(page.Rows, row =>
        {
            var text = Encoding.UTF8.GetString(row.Document!.Members.Span);
            Assert.DoesNotContain("topsecret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("busy-", text, StringComparison.Ordinal);
        });
        await silo.Mails.WaitForAsync(address);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        var address = MailCatcher.NewAddress("busy");
        await SendAsync(MailTo(address));

        Assert.Single(await silo.Mails.WaitAsync(address));
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_good_holds_up_no_other()
    {
        var (refused, other) = (MailCatcher.NewAddress("refused"), MailCatcher.NewAddress());
        await SendAsync(MailTo(refused));
        await SendAsync(MailTo(other));

        await silo.Mails.WaitForAsync(other);
        Assert.Empty(await silo.Mails.ReadAsync(refused));
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("alice@example.net\r\nBcc: everybody@example.net")]
    [InlineData("alice@example.net, bob@example.net")]
    [InlineData("Alice <alice@example.net>")]
    public async Task What_is_no_address_is_refused(string address)
    {
        var failure = await Assert.ThrowsAsync<CozyException>(() => SendAsync(MailTo(address)));
        Assert.Equal(ErrorKind.Invalid, failure.Kind);
    }

    [Fact]
    public void What_owners_wrote_is_text_in_the_html()
    {
        var content = new MailContent { Subject = "s", Greeting = "Hello <b>", Before = ["<script>"], Code = "\"&<" };

        var html = MailLayout.Html(content, "alice.example.net", "en");

        Assert.Contains("Hello &lt;b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&quot;&amp;&lt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_apps_mail_goes_to_the_owner_or_comes_from_the_owner()
    {
        var (owner, friend) = (MailCatcher.NewAddress(), MailCatcher.NewAddress());
        var instance = await silo.CreateInstanceAsync(request => request with { Email = owner, PublicName = "Alice" });
        await PushAsync(instance, """{"mode":"noreply","subject":"Fern","parts":[{"type":"text/plain","body":"leaf"},{"type":"text/html","body":"<p>leaf</p>"}]}""");
        var mail = await silo.Mails.WaitForAsync(owner);
        Assert.Equal(("Fern", "leaf", "<p>leaf</p>"), (mail.Subject, mail.Text.Trim(), mail.Html.Trim()));

        await PushAsync(instance, $$"""{"mode":"from","to":[{"name":"Eve","email":"{{friend}}"}],"subject":"Moss","parts":[{"type":"text/plain","body":"photo"}],"attachments":[{"filename":"moss.txt","content":"bW9zcw=="}]}""");
        mail = await silo.Mails.WaitForAsync(friend);
        Assert.Contains(owner, mail.ReplyTo, StringComparison.Ordinal);
        Assert.Contains("Alice", mail.From, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"mode":"noreply","subject":"x"}""", "emailer: missing content")]
    [InlineData("""{"mode":"noreply","parts":[{"type":"text/plain","body":"y"}]}""", "emailer: missing subject")]
    [InlineData("""{"mode":"from","subject":"x","to":[{"email":"a@b.c\r\nBcc: d@e.f"}],"parts":[{"type":"text/plain","body":"y"}]}""", "emailer: it is not a mail address")]
    [InlineData("""{"mode":"from","subject":"x","to":[],"parts":[{"type":"text/plain","body":"y"}]}""", "emailer: a mail has 1 to 100 recipients")]
    [InlineData("""{"sealed":"forged"}""", "The key that sealed the mail is gone.")]
    [InlineData("""{"x":1}""", "emailer: missing content")]
    public async Task A_mail_that_makes_no_sense_fails_once(string message, string error)
    {
        var instance = await silo.CreateInstanceAsync(request => request with { Email = "alice@example.net" });
        var id = await PushAsync(instance, message);
        await Until.TrueAsync(async () => Encoding.UTF8.GetString((await silo.Of<IJobQueueGrain>(instance).GetAsync(id))!.Members.Span)
            .Contains($"\"state\":\"errored\"", StringComparison.Ordinal));
        var job = Encoding.UTF8.GetString((await silo.Of<IJobQueueGrain>(instance).GetAsync(id))!.Members.Span);
        Assert.Contains($"\"error\":\"{error}\"", job, StringComparison.Ordinal);
    }

    private async Task<string> PushAsync(Instance instance, string message) => (await silo.Of<IJobQueueGrain>(instance).PushAsync(
        new NewJob { Worker = "sendmail", Message = Encoding.UTF8.GetBytes(message) })).Id;

    private async Task<Instance> SendAsync(OutgoingMail mail)
    {
        var instance = await silo.CreateInstanceAsync();
        await Mails.SendAsync(instance.Id, mail);
        return instance;
    }

    private static OutgoingMail MailTo(string address) => new()
    {
        To = [new MailAddress(address)],
        Subject = "Hello",
        Text = "Hello\n",
    };
}
