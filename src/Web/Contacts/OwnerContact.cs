using System.Text;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Storage.Documents;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Data;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Cozy.Web.Settings;

namespace Cozy.Web.Contacts;

/// <summary>The owner's own card among the contacts: the document of <c>io.cozy.contacts</c> that has <c>me: true</c>.</summary>
internal sealed class OwnerContact(DoctypeGrains doctypes, InstanceSettings settings)
{
    /// <summary>The doctype of contacts.</summary>
    public const string Doctype = "io.cozy.contacts";

    // A fixed id, so that two who ask for it at once do not make two.
    private const string NewId = "io.cozy.contacts.myself";

    private static readonly byte[] Index = Encoding.UTF8.GetBytes("""{"index":{"fields":["me"]},"ddoc":"by-me","name":"by-me"}""");
    private static readonly byte[] Query = Encoding.UTF8.GetBytes("""{"selector":{"me":true},"use_index":"by-me","limit":1}""");

    /// <summary>The card; made of what the settings know when there is none.</summary>
    /// <exception cref="CozyException">Conflict: somebody else keeps changing it.</exception>
    public async Task<Document> GetAsync(Instance instance, InstanceAddress address)
    {
        var contacts = doctypes.Get(instance.Id, Doctype);
        await GrainCalls.RetryOnceAsync(contacts, static (grain, _) => grain.CreateIndexAsync(Index));
        return await FindAsync(contacts) ?? await CreateAsync(contacts, instance, address);
    }

    private static async Task<Document?> FindAsync(IDoctypeGrain contacts)
    {
        var found = await GrainCalls.RetryOnceAsync(contacts, static (grain, _) => grain.FindAsync(new MangoQuery(Query, false)));
        if (found.Documents.Count == 0)
            return null;
        var document = DocumentCodec.Parse(found.Documents[0].Span);
        return new Document(document.Id!, document.Revision!, false, document.Members);
    }

    private async Task<Document> CreateAsync(IDoctypeGrain contacts, Instance instance, InstanceAddress address)
    {
        var members = Write(await settings.ReadAsync(instance), address);
        var edit = new Edit(NewId, null, false, members);
        var outcome = await GrainCalls.RetryOnceAsync(
            (contacts, edit), static async (call, isRetry) => (await call.contacts.EditAsync([call.edit with { IsRetry = isRetry }]))[0]);
        return outcome.Revision is { } revision
            ? new Document(NewId, revision, false, members)
            : await FindAsync(contacts) ?? throw CozyException.Conflict(outcome.Reason ?? "Document update conflict.");
    }

    private static ReadOnlyMemory<byte> Write(Document? owner, InstanceAddress address)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("me", true);
            if (owner is not null && JsonMembers.Text(owner.Members, "public_name") is { Length: > 0 } name)
            {
                json.WriteString("fullname", name);
                json.WriteString("displayName", name);
            }

            WritePrimary(json, "cozy", "url", address.Origin);
            if (owner is not null && JsonMembers.Text(owner.Members, "email") is { Length: > 0 } mail)
            {
                WritePrimary(json, "email", "address", mail);

                // What lists of contacts are sorted by.
                json.WriteStartObject("indexes");
                json.WriteString("byFamilyNameGivenNameEmailCozyUrl", mail);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return DocumentCodec.Parse(buffer.Written.Span).Members;
    }

    private static void WritePrimary(Utf8JsonWriter json, string list, string name, string value)
    {
        json.WriteStartArray(list);
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteBoolean("primary", true);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
