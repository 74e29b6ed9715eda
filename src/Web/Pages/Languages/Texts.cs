namespace Cozy.Web.Pages.Languages;

/// <summary>
/// Every sentence of the pages, in one language. A language that lacks one does not compile. <c>{0}</c> marks what is
/// put in by <see cref="With"/>.
/// </summary>
internal sealed record Texts
{
    /// <summary>The BCP 47 tag, such as <c>en</c>.</summary>
    public required string Tag { get; init; }

    /// <summary>The pages of the login's second step, of a forgotten passphrase and of the owner's security.</summary>
    public required SecurityTexts Security { get; init; }

    public required string SkipToContent { get; init; }
    public required string LoginTitle { get; init; }
    public required string LoginGreeting { get; init; }
    public required string LoginGreetingByName { get; init; }
    public required string LoginIntroduction { get; init; }
    public required string Passphrase { get; init; }
    public required string Show { get; init; }
    public required string Hide { get; init; }
    public required string ShowPassphrase { get; init; }
    public required string StayLoggedIn { get; init; }
    public required string LogIn { get; init; }
    public required string LoggingIn { get; init; }
    public required string WrongPassphrase { get; init; }

    /// <summary>The same for clients, which know this very sentence.</summary>
    public required string WrongPasswordForClients { get; init; }

    public required string TooManyAttempts { get; init; }
    public required string NeedsScript { get; init; }
    public required string NeedsSecureContext { get; init; }
    public required string DerivationFailed { get; init; }
    public required string FormExpired { get; init; }

    public required string ChooseTitle { get; init; }
    public required string ChooseGreeting { get; init; }
    public required string ChooseGreetingByName { get; init; }
    public required string ChooseIntroduction { get; init; }
    public required string NewPassphrase { get; init; }
    public required string PassphraseAdvice { get; init; }
    public required string Hint { get; init; }
    public required string HintAdvice { get; init; }
    public required string Choose { get; init; }
    public required string Choosing { get; init; }
    public required string PassphraseTooShort { get; init; }
    public required string HintIsPassphrase { get; init; }
    public required string HintTooLong { get; init; }
    public required string PassphraseRefused { get; init; }
    public required string StrengthVeryWeak { get; init; }
    public required string StrengthWeak { get; init; }
    public required string StrengthGood { get; init; }
    public required string StrengthStrong { get; init; }

    public required string MobileAppTitle { get; init; }
    public required string MobileAppText { get; init; }
    public required string MobileAppGet { get; init; }
    public required string MobileAppSkip { get; init; }

    public required string UnfinishedTitle { get; init; }
    public required string UnfinishedText { get; init; }
    public required string UnfinishedHelp { get; init; }
    public required string LinkRefused { get; init; }

    public required string WelcomeTitle { get; init; }
    public required string WelcomeByName { get; init; }
    public required string WelcomeText { get; init; }
    public required string Address { get; init; }
    public required string Mail { get; init; }
    public required string Storage { get; init; }
    public required string StorageUsed { get; init; }
    public required string StorageUsedOf { get; init; }
    public required string Apps { get; init; }
    public required string NoAppYet { get; init; }
    public required string LogOut { get; init; }

    public required string ErrorTitle { get; init; }
    public required string ErrorNotFound { get; init; }
    public required string ErrorForbidden { get; init; }
    public required string ErrorUnavailable { get; init; }
    public required string ErrorForeignTarget { get; init; }
    public required string ErrorOther { get; init; }
    public required string BackToStart { get; init; }

    /// <summary>Units of bytes, of thousands, of millions and so on.</summary>
    public required IReadOnlyList<string> SizeUnits { get; init; }

    /// <summary>Between the whole part of a number and its decimals.</summary>
    public required string DecimalSeparator { get; init; }

    /// <summary>A sentence with its <c>{0}</c>, <c>{1}</c> filled in.</summary>
    public static string With(string sentence, params ReadOnlySpan<string> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            sentence = sentence.Replace($"{{{i}}}", values[i], StringComparison.Ordinal);
        }

        return sentence;
    }

    /// <summary>A number of bytes for people, such as <c>1.2 MB</c>.</summary>
    public string Size(long bytes)
    {
        var unit = 0;
        var tenths = bytes * 10m;
        while (tenths >= 9_995m && unit < SizeUnits.Count - 1)
        {
            tenths /= 1000m;
            unit++;
        }

        var rounded = (long)Math.Round(tenths, MidpointRounding.AwayFromZero);
        var decimals = rounded % 10 == 0 ? string.Empty : $"{DecimalSeparator}{rounded % 10}";

        // A no-break space: the unit stays with its number.
        return $"{rounded / 10}{decimals}\u00a0{SizeUnits[unit]}";
    }
}
