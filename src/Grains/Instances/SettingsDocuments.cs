using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Instances;

/// <summary>The owner's settings: documents of <c>io.cozy.settings</c> with the ids and fields of cozy-stack.</summary>
internal sealed class SettingsDocuments(IGrainFactory grains, string instanceId)
{
    public const string Doctype = "io.cozy.settings";
    private const string InstanceSettingsId = "io.cozy.settings.instance";
    private const string VaultSettingsId = "io.cozy.settings.bitwarden";
    private const int Attempts = 5;

    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));

    /// <summary>What the owner set; empty values where nothing is.</summary>
    public async Task<OwnerSettings> ReadAsync()
    {
        using var instance = await ReadAsync(InstanceSettingsId);
        using var vault = await ReadAsync(VaultSettingsId);
        return new OwnerSettings(
            instance?.RootElement.Text("email"),
            instance?.RootElement.Text("public_name"),
            instance?.RootElement.Text("tz"),
            vault?.RootElement.Integer("passphrase_kdf_iterations") ?? 0);
    }

    /// <summary>Changes the given settings of the owner; null leaves one as it is.</summary>
    public Task WriteOwnerAsync(string? email, string? publicName, string? timeZone) =>
        MergeAsync(InstanceSettingsId, [("email", email), ("public_name", publicName), ("tz", timeZone)]);

    /// <summary>
    /// Keeps how the owner's passphrase is derived, what helps to remember it, and the vault's keys. The stamp tells
    /// clients of the vault that the passphrase is another.
    /// </summary>
    public Task WriteDerivationAsync(int iterations, string? hint, VaultKeys? keys) => MergeAsync(
        VaultSettingsId,
        [
            ("passphrase_kdf", 0), ("passphrase_kdf_iterations", iterations), ("passphrase_hint", hint),
            ("security_stamp", Guid.NewGuid().ToString()), ("key", keys?.Key),
            ("public_key", keys?.PublicKey), ("private_key", keys?.PrivateKey),
        ]);

    /// <summary>What helps the owner to remember the passphrase; empty for none.</summary>
    public async Task<string> ReadHintAsync()
    {
        using var vault = await ReadAsync(VaultSettingsId);
        return vault?.RootElement.Text("passphrase_hint") ?? "";
    }

    /// <summary>Changes what helps to remember the passphrase.</summary>
    public Task WriteHintAsync(string hint) => MergeAsync(VaultSettingsId, [("passphrase_hint", hint)]);

    /// <summary>Notes that a client of the vault is installed.</summary>
    public Task WriteVaultOpenAsync() => MergeAsync(VaultSettingsId, [("extension_installed", true)]);

    /// <summary>The mail address that waits for its confirmation; null for none.</summary>
    public async Task<string?> ReadPendingEmailAsync()
    {
        using var instance = await ReadAsync(InstanceSettingsId);
        return instance?.RootElement.Text("pending_email");
    }

    /// <summary>Keeps an address that waits for its confirmation; null for none.</summary>
    public Task WritePendingEmailAsync(string? email) =>
        MergeAsync(InstanceSettingsId, [("pending_email", email ?? (object)JsonValueKind.Null)]);

    /// <summary>Makes the address that waited the owner's.</summary>
    public Task WriteEmailAsync(string email) =>
        MergeAsync(InstanceSettingsId, [("email", email), ("pending_email", JsonValueKind.Null)]);

    private async Task<JsonDocument?> ReadAsync(string id)
    {
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: false } document ? Json.Parse(document.Members) : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Sets members of a document and keeps its others, again if somebody else writes it at the same time.</summary>
    private async Task MergeAsync(string id, IReadOnlyList<(string Name, object? Value)> values)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            Document? current = null;
            try
            {
                current = await _documents.ReadAsync(id);
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
            {
                // The first document of the doctype.
            }

            var old = current is { Deleted: false } ? current : null;
            var members = Merge(old, values);
            if (old is not null && members.Span.SequenceEqual(old.Members.Span))
                return;
            var outcome = (await _documents.EditAsync([new Edit(id, old?.Revision, false, members)]))[0];
            if (outcome.Error is null)
                return;
        }

        throw CozyException.Conflict("The settings are being changed by others.");
    }

    private static ReadOnlyMemory<byte> Merge(Document? current, IReadOnlyList<(string Name, object? Value)> values)
    {
        using var json = Json.Parse(current?.Members ?? ReadOnlyMemory<byte>.Empty);
        return Json.Members(writer =>
        {
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (!values.Any(value => value.Value is not null && value.Name == member.Name))
                    member.WriteTo(writer);
            }

            foreach (var (name, value) in values)
            {
                if (value is int number)
                    writer.WriteNumber(name, number);
                else if (value is bool flag)
                    writer.WriteBoolean(name, flag);
                else if (value is string text)
                    writer.WriteString(name, text);
                else if (value is JsonValueKind.Null)
                    writer.WriteNull(name);
            }
        });
    }
}

/// <summary>What the owner set.</summary>
internal sealed record OwnerSettings(string? Email, string? PublicName, string? TimeZone, int KdfIterations);
