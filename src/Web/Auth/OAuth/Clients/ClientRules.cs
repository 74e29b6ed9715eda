using Cozy.Grains.Instances;
using Cozy.Grains.OAuth;
using Cozy.Web.Auth.OAuth.Protocol;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>What a client may say of itself.</summary>
internal static class ClientRules
{
    private const int MaximumTextLength = 1024;
    private const int MaximumAddressLength = 2048;
    private const int MaximumRedirectUris = 20;
    private const int MaximumNotificationBytes = 16 * 1024;

    private static readonly string[] Platforms = ["firebase", "apns", "huawei", "ios", "android"];

    /// <summary>Apps that nobody may pass for.</summary>
    private static readonly string[] UnlinkableApps = ["store", "settings"];

    /// <summary>Why the client is not acceptable; null when it is.</summary>
    public static RegistrationError? Check(OAuthClient client, Instance instance) =>
        CheckRedirectUris(client.RedirectUris, instance) ?? CheckNames(client) ?? CheckLengths(client);

    /// <summary>Whether this client may never be another face of the app it names.</summary>
    public static bool IsUnlinkable(OAuthClient client) => UnlinkableApps.Contains(client.LinkedApp);

    private static RegistrationError? CheckRedirectUris(IReadOnlyList<string> uris, Instance instance)
    {
        if (uris.Count == 0)
            return RegistrationError.RedirectUri("redirect_uris is mandatory");
        if (uris.Count > MaximumRedirectUris)
            return RegistrationError.RedirectUri($"there are more than {MaximumRedirectUris} redirect_uris");
        var wrong = uris.FirstOrDefault(uri => !RedirectUri.IsSafe(uri) || LeadsTo(instance, new Uri(uri)));
        return wrong is null ? null : RegistrationError.RedirectUri($"{wrong} is invalid");
    }

    // Pages of the instance would get codes that are not for them.
    private static bool LeadsTo(Instance instance, Uri uri) => RedirectUri.IsWeb(uri)
        && instance.DomainAliases.Append(instance.Domain).Any(domain =>
            string.Equals(domain, uri.Authority, StringComparison.OrdinalIgnoreCase)
            || string.Equals(domain, uri.Host, StringComparison.OrdinalIgnoreCase));

    private static RegistrationError? CheckNames(OAuthClient client)
    {
        if (client.Name.Length == 0)
            return RegistrationError.Metadata("client_name is mandatory");
        if (client.SoftwareId.Length == 0)
            return RegistrationError.Metadata("software_id is mandatory");
        return client.NotificationPlatform is null || Platforms.Contains(client.NotificationPlatform)
            ? null
            : RegistrationError.Metadata(null);
    }

    private static RegistrationError? CheckLengths(OAuthClient client)
    {
        string?[] texts = [client.Name, client.Kind, client.SoftwareId, client.SoftwareVersion];
        string?[] addresses = [client.ClientUri, client.LogoUri, client.PolicyUri, client.NotificationDeviceToken];
        return texts.Any(text => text?.Length > MaximumTextLength || text?.Any(char.IsControl) == true)
            || addresses.Any(address => address?.Length > MaximumAddressLength)
            || client.Notifications.Length > MaximumNotificationBytes
            ? RegistrationError.Metadata("a value is too long")
            : null;
    }
}
