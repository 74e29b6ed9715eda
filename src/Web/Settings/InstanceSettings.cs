using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Storage.Documents;
using Cozy.Web.Data;
using Cozy.Web.Json;

namespace Cozy.Web.Settings;

/// <summary>
/// The document <c>io.cozy.settings.instance</c>, in which the owner's apps keep what they like, and what its answer
/// adds from the instance itself.
/// </summary>
internal sealed class InstanceSettings(DoctypeGrains doctypes)
{
    public const string Id = "io.cozy.settings.instance";

    // What the instance says of itself; a client that sends it back does not change it.
    private static readonly HashSet<string> Derived =
    [
        "locale", "onboarding_finished", "password_defined", "auto_update", "auth_mode", "tos", "tos_latest", "uuid",
        "oidc_id", "org_domain", "org_id", "context", "sponsorships", "oidc_logout_url", "legal_notice_url",
    ];

    // Links and codes are mailed there, so it changes only with the passphrase and a link.
    private static readonly HashSet<string> Guarded = ["email", "pending_email"];

    /// <summary>The document; null when there is none.</summary>
    public async Task<Document?> ReadAsync(Instance instance)
    {
        try
        {
            return await GrainOf(instance).ReadAsync(Id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Replaces the document by what a client sent, but for what clients may not change.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="current">The document as it is.</param>
    /// <param name="attributes">What was sent.</param>
    /// <param name="keepsAddress">Whether the mail address stays what it is.</param>
    /// <returns>The document as it is now.</returns>
    /// <exception cref="CozyException">Conflict.</exception>
    public async Task<Document> ReplaceAsync(Instance instance, Document current, JsonElement attributes, bool keepsAddress)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in attributes.EnumerateObject())
            {
                if (!Derived.Contains(member.Name) && !member.Name.StartsWith('_') && !(keepsAddress && Guarded.Contains(member.Name)))
                    member.WriteTo(json);
            }

            if (keepsAddress)
                JsonMembers.Visit(current.Members, json, CopyGuarded);
            json.WriteEndObject();
        }

        var members = DocumentCodec.Parse(buffer.WrittenSpan).Members;
        var outcome = (await GrainOf(instance).EditAsync([new Edit(Id, current.Revision, false, members)]))[0];
        return outcome.Error is null
            ? new Document(Id, outcome.Revision!, false, members)
            : throw CozyException.Conflict("Document update conflict.");
    }

    /// <summary>Writes the attributes of the answer.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="document">The document, if there is one.</param>
    /// <param name="reader">Who asks.</param>
    /// <param name="defaultPage">Where the owner lands unless the document says otherwise.</param>
    public static void Write(Utf8JsonWriter json, Instance instance, Document? document, SettingsReader reader, string defaultPage)
    {
        var copy = new Copy(json, reader);
        if (document is not null)
            JsonMembers.Visit(document.Members, copy, CopyMember);
        json.WriteString("locale", instance.Locale);
        json.WriteString("context", instance.ContextName ?? "");
        if (!copy.HasRedirection)
            json.WriteString("default_redirection", defaultPage);
        json.WriteBoolean("onboarding_finished", instance.OnboardingFinished);
        if (reader == SettingsReader.Friend)
            return;

        json.WriteBoolean("password_defined", instance.PassphraseHash is not null);
        json.WriteBoolean("auto_update", true);
        json.WriteString("auth_mode", AuthModes.NameOf(instance.AuthMode));
        json.WriteString("uuid", instance.Uuid ?? "");
        json.WriteString("oidc_id", reader == SettingsReader.Entitled ? instance.OidcId ?? "" : "");
        foreach (var name in (ReadOnlySpan<string>)["tos", "tos_latest", "org_domain", "org_id"])
            json.WriteString(name, "");
    }

    private IDoctypeGrain GrainOf(Instance instance) => doctypes.Get(instance.Id, SettingsAnswer.Doctype);

    private static void CopyMember(Copy copy, string name, ReadOnlySpan<byte> value)
    {
        if (Derived.Contains(name) || (copy.Reader != SettingsReader.Entitled && name is not ("public_name" or "default_redirection" or "colorScheme")))
            return;
        copy.HasRedirection |= name == "default_redirection";
        copy.Json.WritePropertyName(name);
        copy.Json.WriteRawValue(value, skipInputValidation: true);
    }

    private static void CopyGuarded(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        if (!Guarded.Contains(name))
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private sealed class Copy(Utf8JsonWriter json, SettingsReader reader)
    {
        public Utf8JsonWriter Json { get; } = json;

        public SettingsReader Reader { get; } = reader;

        public bool HasRedirection { get; set; }
    }
}

/// <summary>Who reads the instance's settings.</summary>
internal enum SettingsReader
{
    /// <summary>A friend with a link: the owner's name and what the pages look like.</summary>
    Friend,

    /// <summary>An app or client of the owner's: besides, what it needs to work.</summary>
    Client,

    /// <summary>One that may read the settings: all, such as the mail address.</summary>
    Entitled,
}
