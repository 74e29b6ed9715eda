using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Grains.Accounts;

/// <summary>
/// A kind of account as its document has it: cozy-stack's members, but for <c>client_secret</c> and <c>secret</c>, which are
/// sealed as <c>…_encrypted</c>.
/// </summary>
internal static class AccountTypeDocument
{
    private const int LongestId = 200;
    private const string Sealed = "_encrypted";

    private static readonly string[] Secrets = ["client_secret", "secret", "fcm_credentials"];
    private static readonly string[] Flows =
        [GrantModes.Code, GrantModes.Token, GrantModes.TokenRedirectUrl, GrantModes.Webview, GrantModes.Webauth, GrantModes.Secret];

    /// <summary>Whether a text can be the id of one.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= LongestId && id[0] is not ('_' or '/') && id[^1] != '/' && id.Count(c => c == '/') <= 1 && !id.Any(char.IsControl);

    /// <summary>The members of a description that an operator wrote, with its secrets sealed.</summary>
    /// <exception cref="CozyException">BadRequest.</exception>
    public static ReadOnlyMemory<byte> Seal(ReadOnlyMemory<byte> description, IDataProtector seal)
    {
        var json = Parse(description);
        Check(json);
        foreach (var name in Secrets)
        {
            if (json.TryGetPropertyValue(name, out var value) && json.Remove(name) && value is not null)
                json[name + Sealed] = seal.Protect(value.ToJsonString());
        }

        return DocumentCodec.Parse(JsonSerializer.SerializeToUtf8Bytes(json)).Members;
    }

    /// <summary>The slug of the connector that the kind is for; null when it names none.</summary>
    public static string? ConnectorOf(ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        return json.RootElement.Text("slug");
    }

    /// <summary>The kind with its secrets.</summary>
    public static AccountType Read(string name, ReadOnlyMemory<byte> members, IDataProtector seal)
    {
        using var json = Json.Parse(members);
        var root = json.RootElement;
        return new AccountType
        {
            Name = name,
            GrantMode = root.Text("grant_mode") ?? "",
            ClientId = root.Text("client_id") ?? "",
            ClientSecret = Open(root, "client_secret", seal) is { ValueKind: JsonValueKind.String } secret ? secret.GetString()! : "",
            AuthorizationEndpoint = root.Text("auth_endpoint") ?? "",
            TokenEndpoint = root.Text("token_endpoint") ?? "",
            TokenMode = root.Text("token_mode") ?? "",
            RedirectUri = root.Text("redirect_uri") ?? "",
            Extras = root.TryGetProperty("extras", out var extras) && extras.ValueKind == JsonValueKind.Object
                ? extras.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).ToDictionary(one => one.Name, one => one.Value.GetString()!)
                : [],
            SkipsRedirectUri = root.Flag("skip_redirect_uri_on_authorize"),
            SkipsState = root.Flag("skip_state_on_token"),
            ManageEndpoint = root.Text("manage_endpoint") ?? "",
            ReconnectEndpoint = root.Text("reconnect_endpoint") ?? "",
            Secret = Open(root, "secret", seal) is { } other ? JsonSerializer.SerializeToUtf8Bytes(other) : default,
        };
    }

    /// <summary>What may be shown of it: all but the secrets, of which only is told that they are there.</summary>
    public static ReadOnlyMemory<byte> Show(string id, ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        var shown = new JsonObject { ["_id"] = id };
        foreach (var member in json.RootElement.EnumerateObject())
        {
            var name = member.Name.EndsWith(Sealed, StringComparison.Ordinal) ? member.Name[..^Sealed.Length] : member.Name;
            shown[name] = Secrets.Contains(name) ? "***" : JsonNode.Parse(member.Value.GetRawText());
        }

        return JsonSerializer.SerializeToUtf8Bytes(shown);
    }

    private static JsonElement? Open(JsonElement root, string name, IDataProtector seal)
    {
        if (root.Text(name + Sealed) is not { } closed)
            return root.TryGetProperty(name, out var plain) && plain.ValueKind != JsonValueKind.Null ? plain.Clone() : null;
        try
        {
            return JsonElement.Parse(seal.Unprotect(closed));
        }
        catch (CryptographicException)
        {
            throw new CozyException(ErrorKind.Unavailable, "keys_lost", "The keys that sealed this kind of account are gone.");
        }
    }

    private static JsonObject Parse(ReadOnlyMemory<byte> description)
    {
        try
        {
            return JsonNode.Parse(description.Span) as JsonObject ?? throw CozyException.BadRequest("The body is not a JSON object.");
        }
        catch (JsonException)
        {
            throw CozyException.BadRequest("The body is not a JSON object.");
        }
    }

    private static void Check(JsonObject json)
    {
        var mode = Text(json, "grant_mode");
        if (!Flows.Contains(mode.Split('+')[0]) || mode.Split('+') is not ([_] or [not GrantModes.Secret, "secret"]))
            throw CozyException.BadRequest("grant_mode is none of " + string.Join(", ", Flows));
        if (Text(json, "token_mode") is not ("" or "form" or "basic" or "get"))
            throw CozyException.BadRequest("token_mode is none of form, basic, get");
        foreach (var name in new[] { "auth_endpoint", "token_endpoint", "redirect_uri", "manage_endpoint", "reconnect_endpoint" })
        {
            if (Text(json, name) is { Length: > 0 } text
                && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            {
                throw CozyException.BadRequest($"{name} is no address of the web");
            }
        }

        if (mode != GrantModes.Secret && Text(json, "auth_endpoint").Length == 0)
            throw CozyException.BadRequest("auth_endpoint is missing");
    }

    private static string Text(JsonObject json, string name) => json[name] switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw CozyException.BadRequest($"{name} is not a text"),
    };
}
