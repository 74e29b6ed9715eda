using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Web.Accounts;

/// <summary>
/// Seals what lets somebody into an owner's accounts elsewhere, and opens it again. Documents have the members that
/// cozy-stack gives them: in <c>auth</c>, and in <c>auth</c> of <c>data</c>, <c>credentials_encrypted</c> in place of the
/// password, and <c>…_encrypted</c> in place of other secrets; here also in <c>oauth</c>. What is sealed belongs to the
/// instance and is worth nothing in another.
/// </summary>
internal sealed class AccountSeal(IDataProtectionProvider protection)
{
    private const string Password = "password";
    private const string Login = "login";
    private const string Credentials = "credentials";
    private const string Suffix = "_encrypted";

    private static readonly FrozenSet<string> AuthSecrets = new[]
    {
        "secret", "dob", "code", "answer", "access_token", "refresh_token", "appSecret", "session",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> OAuthSecrets = new[] { "access_token", "refresh_token", "client_secret" }.ToFrozenSet();

    /// <summary>The members of an account without a readable secret; the same ones when they have none.</summary>
    /// <exception cref="ApiException">400: a member is there twice.</exception>
    public ReadOnlyMemory<byte> Seal(string instanceId, ReadOnlyMemory<byte> members) =>
        Change(members, account =>
        {
            var seal = SealOf(instanceId);
            return SealIn(account, seal) | SealNamed(account["oauth"] as JsonObject, OAuthSecrets, seal);
        });

    /// <summary>The members with their secrets readable. What these keys did not seal stays as it is.</summary>
    public ReadOnlyMemory<byte> Open(string instanceId, ReadOnlyMemory<byte> members) =>
        Change(members, account =>
        {
            var seal = SealOf(instanceId);
            return OpenIn(account, seal) | OpenAll(account["oauth"] as JsonObject, seal);
        });

    private IDataProtector SealOf(string instanceId) => protection.CreateProtector("cozy.accounts", instanceId);

    private static ReadOnlyMemory<byte> Change(ReadOnlyMemory<byte> members, Func<JsonObject, bool> change)
    {
        if (members.Span.IndexOf("auth\""u8) < 0)
            return members;
        try
        {
            var account = AccountMembers.Parse(members);
            return change(account) ? AccountMembers.Write(account) : members;
        }
        catch (ArgumentException)
        {
            throw ApiException.BadRequest("a member is there twice");
        }
    }

    private static bool SealIn(JsonObject owner, IDataProtector seal)
    {
        var changed = false;
        if (owner["auth"] is JsonObject auth)
        {
            if (auth.ContainsKey(Password))
            {
                // A null takes nothing away: apps send back what they were shown.
                if (auth[Password] is { } password)
                    auth[Credentials + Suffix] = seal.Protect(new JsonArray(auth[Login]?.DeepClone(), password.DeepClone()).ToJsonString());
                auth.Remove(Password);
                changed = true;
            }

            changed |= SealNamed(auth, AuthSecrets, seal);
        }

        return (owner["data"] is JsonObject data && SealIn(data, seal)) | changed;
    }

    private static bool SealNamed(JsonObject? owner, FrozenSet<string> names, IDataProtector seal)
    {
        var found = owner?.Select(member => member.Key).Where(names.Contains).ToArray() ?? [];
        foreach (var name in found)
        {
            if (owner![name] is { } secret)
                owner[name + Suffix] = seal.Protect(secret.ToJsonString());
            owner.Remove(name);
        }

        return found.Length > 0;
    }

    private static bool OpenIn(JsonObject owner, IDataProtector seal)
    {
        var changed = OpenAll(owner["auth"] as JsonObject, seal);
        return (owner["data"] is JsonObject data && OpenIn(data, seal)) | changed;
    }

    private static bool OpenAll(JsonObject? owner, IDataProtector seal)
    {
        var changed = false;
        foreach (var (name, value) in owner?.ToArray() ?? [])
        {
            if (!name.EndsWith(Suffix, StringComparison.Ordinal) || TryOpen(value, seal) is not { } opened)
                continue;
            changed = true;
            owner!.Remove(name);
            if (name == Credentials + Suffix && opened is JsonArray { Count: 2 } pair)
                (owner[Login], owner[Password]) = (pair[0]?.DeepClone(), pair[1]?.DeepClone());
            else
                owner[name[..^Suffix.Length]] = opened;
        }

        return changed;
    }

    private static JsonNode? TryOpen(JsonNode? value, IDataProtector seal)
    {
        if (value is not JsonValue text || text.GetValueKind() != JsonValueKind.String)
            return null;
        try
        {
            return JsonNode.Parse(seal.Unprotect(text.GetValue<string>()), documentOptions: AccountMembers.Reading);
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
