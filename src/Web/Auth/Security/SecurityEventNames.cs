using Cozy.Grains.Auth;
using Cozy.Web.Pages.Languages;

namespace Cozy.Web.Auth.Security;

/// <summary>What events are called in the owner's language.</summary>
internal static class SecurityEventNames
{
    public static string Of(SecurityEvent happened, SecurityTexts texts)
    {
        var name = happened.Event switch
        {
            SecurityEvents.Login => texts.EventLogin,
            SecurityEvents.LogoutOthers => texts.EventLogoutOthers,
            SecurityEvents.PassphraseChanged => texts.EventPassphraseChanged,
            SecurityEvents.PassphraseReset => texts.EventPassphraseReset,
            SecurityEvents.PassphraseSetByOperator => texts.EventPassphraseSet,
            SecurityEvents.ResetRequested => texts.EventResetRequested,
            SecurityEvents.SecondFactorOn => texts.EventFactorOn,
            SecurityEvents.SecondFactorOff => texts.EventFactorOff,
            SecurityEvents.RecoveryCodeUsed => texts.EventRecoveryCode,
            SecurityEvents.EmailChanged => texts.EventEmailChanged,
            SecurityEvents.ClientGranted => texts.EventClientGranted,
            SecurityEvents.ClientCertified => texts.EventClientCertified,
            SecurityEvents.ClientRevoked => texts.EventClientRevoked,

            // Written by a newer version.
            _ => happened.Event,
        };
        var isNamed = happened.Event is SecurityEvents.ClientGranted or SecurityEvents.ClientCertified or SecurityEvents.ClientRevoked
            or SecurityEvents.EmailChanged;
        return isNamed && happened.Subject is { Length: > 0 } subject ? $"{name}: {subject}" : name;
    }
}
