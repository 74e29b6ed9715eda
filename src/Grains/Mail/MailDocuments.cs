using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Grains.Mail;

/// <summary>
/// Mails that wait, as documents of <c>global/mails</c>. What they say is sealed, because they carry links and codes
/// that open an instance.
/// </summary>
internal sealed class MailDocuments(IDocumentStore store, IDataProtectionProvider protection)
{
    public static readonly DatabaseName Database = new(DatabaseName.Global, "mails");

    private readonly IDataProtector _seal = protection.CreateProtector("cozy.mails");

    /// <summary>All that wait.</summary>
    public async Task<IReadOnlyList<WaitingMail>> ListAsync()
    {
        var mails = new List<WaitingMail>();
        await DocumentPages.ForEachAsync(store, Database, (_, document) => mails.Add(Read(document)));
        return mails;
    }

    /// <summary>Keeps a mail and returns it as it waits.</summary>
    public async Task<WaitingMail> AddAsync(OutgoingMail mail, DateTimeOffset now)
    {
        var waiting = new WaitingMail(Guid.CreateVersion7(now).ToString("N"), null, now, 0, now, Seal(mail));
        return await WriteAsync(waiting);
    }

    /// <summary>Writes a mail down again.</summary>
    public async Task<WaitingMail> WriteAsync(WaitingMail mail)
    {
        var members = Json.Members(json =>
        {
            json.WriteTime("created_at", mail.CreatedAt);
            json.WriteNumber("attempts", mail.Attempts);
            json.WriteTime("next_try", mail.NextTry);
            json.WriteString("sealed", mail.Sealed);
        });
        return mail with { Revision = await EditAsync(new DocumentEdit(mail.Id, mail.Revision, Deleted: false, members)) };
    }

    /// <summary>Forgets a mail.</summary>
    public Task RemoveAsync(WaitingMail mail) =>
        EditAsync(new DocumentEdit(mail.Id, mail.Revision, Deleted: true, ReadOnlyMemory<byte>.Empty));

    /// <summary>What the mail says; null when the key that sealed it is gone.</summary>
    public OutgoingMail? Open(WaitingMail mail)
    {
        try
        {
            return JsonSerializer.Deserialize<OutgoingMail>(_seal.Unprotect(mail.Sealed));
        }
        catch (Exception failure) when (failure is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }

    private string Seal(OutgoingMail mail) => _seal.Protect(JsonSerializer.Serialize(mail));

    private async Task<Revision> EditAsync(DocumentEdit edit)
    {
        try
        {
            var result = (await store.EditAsync(Database, [edit]))[0];
            return result.Failure is null ? result.Revision!.Value : throw result.Failure;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    private static WaitingMail Read(StoredDocument document)
    {
        using var json = Json.Parse(document.Members);
        var root = json.RootElement;
        return new WaitingMail(
            document.Id, document.Revision, root.Time("created_at") ?? default, root.Integer("attempts"),
            root.Time("next_try") ?? default, root.Text("sealed") ?? "");
    }
}

/// <summary>A mail that waits to be sent.</summary>
/// <param name="Id">The id of its document; ids follow the order in which mails came.</param>
/// <param name="Revision">The document's revision; null before it is written.</param>
/// <param name="CreatedAt">When it came.</param>
/// <param name="Attempts">How often it could not be sent.</param>
/// <param name="NextTry">When it is due.</param>
/// <param name="Sealed">What it says.</param>
internal sealed record WaitingMail(
    string Id, Revision? Revision, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset NextTry, string Sealed);
