using System.Security.Cryptography;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Grains.Auth;

/// <summary>
/// The owner's authenticator app, kept in a document of a doctype that no token can read: the secret sealed, the
/// recovery codes as hashes.
/// </summary>
internal sealed class FactorDocument(IGrainFactory grains, string instanceId, IDataProtectionProvider protection)
{
    public const string Doctype = "io.cozy.auth.factors";
    private const string Id = "authenticator";

    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));

    // A secret moved into another instance's document opens nothing there.
    private readonly IDataProtector _seal = protection.CreateProtector("cozy.authenticator", instanceId);

    public async Task<Factor> ReadAsync()
    {
        if (await FindAsync() is not { } document)
            return Factor.None;

        using var json = Json.Parse(document.Members);
        var root = json.RootElement;
        return new Factor
        {
            Revision = document.Revision,
            Secret = Open(root.Text("secret")),
            Sealed = root.Text("secret"),
            HasApp = root.Text("secret") is not null,
            LastStep = root.TryGetProperty("last_step", out var step) && step.TryGetInt64(out var number) ? number : 0,
            RecoveryHashes = root.Texts("recovery_hashes"),
            TrustStamp = root.Text("trust_stamp") ?? "",
        };
    }

    /// <summary>Writes what changed and returns it with its new revision.</summary>
    /// <exception cref="CozyException">Conflict: it was changed by another activation.</exception>
    public async Task<Factor> WriteAsync(Factor factor)
    {
        var members = Json.Members(json =>
        {
            if (factor.HasApp)
            {
                // What cannot be opened now stays as it is: its key may come back.
                json.WriteString("secret", factor.Secret.IsEmpty ? factor.Sealed : _seal.Protect(Convert.ToBase64String(factor.Secret.Span)));
                json.WriteNumber("last_step", factor.LastStep);
                json.WriteStartArray("recovery_hashes");
                foreach (var hash in factor.RecoveryHashes)
                    json.WriteStringValue(hash);
                json.WriteEndArray();
            }

            json.WriteString("trust_stamp", factor.TrustStamp);
        });
        var outcome = (await _documents.EditAsync([new Edit(Id, factor.Revision, false, members)]))[0];
        return outcome.Error is null ? factor with { Revision = outcome.Revision } : throw CozyException.Conflict(outcome.Reason!);
    }

    private ReadOnlyMemory<byte> Open(string? text)
    {
        try
        {
            return text is null ? default : Convert.FromBase64String(_seal.Unprotect(text));
        }
        catch (CryptographicException)
        {
            // The key that sealed it is gone: no code is right, but the recovery codes still are.
            return default;
        }
    }

    private async Task<Document?> FindAsync()
    {
        try
        {
            return await _documents.ReadAsync(Id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }
}

/// <summary>The authenticator app of an owner, and which devices are trusted.</summary>
internal sealed record Factor
{
    /// <summary>There never was one.</summary>
    public static readonly Factor None = new();

    public string? Revision { get; init; }

    /// <summary>Whether there is an app.</summary>
    public bool HasApp { get; init; }

    /// <summary>The app's secret; empty when it cannot be opened.</summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The app's secret as it is in the document; null when there is no app.</summary>
    public string? Sealed { get; init; }

    /// <summary>The time step of the last code that was accepted: neither it nor an older one is accepted again.</summary>
    public long LastStep { get; init; }

    /// <summary>The recovery codes that are left.</summary>
    public IReadOnlyList<string> RecoveryHashes { get; init; } = [];

    /// <summary>Part of the tokens of trusted devices: another one makes all of them worthless.</summary>
    public string TrustStamp { get; init; } = "";
}
