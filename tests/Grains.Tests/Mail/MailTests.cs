using System.Text;
using Cozy.Grains.Errors;
using Cozy.Grains.Mail;
using Cozy.Storage.Documents;
using Cozy.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Mail;

public sealed class MailTests(TestSilo silo)
{
    private IMailQueueGrain Queue => silo.Grains.GetGrain<IMailQueueGrain>(0);

    [Fact]
    public async Task A_mail_arrives_as_it_was_given()
    {
        var address = MailCatcher.NewAddress();
        await Queue.AddAsync(MailTo(address) with
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
        await Queue.AddAsync(MailTo(address) with { Subject = "topsecretsubject", Text = "topsecretlink" });

        var page = await silo.Documents.ListAsync(
            new DatabaseName(DatabaseName.Global, "mails"), new ListQuery { IncludeDocuments = true }, TestContext.Current.CancellationToken);
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
        await Queue.AddAsync(MailTo(address));

        Assert.Single(await silo.Mails.WaitAsync(address));
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_good_holds_up_no_other()
    {
        var (refused, other) = (MailCatcher.NewAddress("refused"), MailCatcher.NewAddress());
        await Queue.AddAsync(MailTo(refused));
        await Queue.AddAsync(MailTo(other));

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
        var failure = await Assert.ThrowsAsync<CozyException>(() => Queue.AddAsync(MailTo(address)));
        Assert.Equal(ErrorKind.Invalid, failure.Kind);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 120)]
    [InlineData(5, 960)]
    [InlineData(7, 3600)]
    [InlineData(1000, 3600)]
    public void The_wait_doubles_up_to_an_hour(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), MailRules.WaitAfter(attempts, TimeSpan.FromMinutes(1)));

    [Fact]
    public void What_owners_wrote_is_text_in_the_html()
    {
        var content = new MailContent { Subject = "s", Greeting = "Hello <b>", Before = ["<script>"], Code = "\"&<" };

        var html = MailLayout.Html(content, "alice.example.net", "en");

        Assert.Contains("Hello &lt;b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&quot;&amp;&lt;", html, StringComparison.Ordinal);
    }

    private static OutgoingMail MailTo(string address) => new()
    {
        InstanceId = "cozytest",
        To = [new MailAddress(address)],
        Subject = "Hello",
        Text = "Hello\n",
    };
}
