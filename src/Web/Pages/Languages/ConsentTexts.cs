namespace Cozy.Web.Pages.Languages;

/// <summary>The sentences of the pages on which the owner lets a client in, in one language.</summary>
internal sealed record ConsentTexts
{
    public required string Title { get; init; }
    public required string Question { get; init; }
    public required string Asks { get; init; }
    public required string AsksForEverything { get; init; }
    public required string Everything { get; init; }
    public required string EverythingWarning { get; init; }
    public required string AllRights { get; init; }
    public required string ReadOnly { get; init; }
    public required string Only { get; init; }
    public required string Read { get; init; }
    public required string Add { get; init; }
    public required string Change { get; init; }
    public required string Delete { get; init; }
    public required string And { get; init; }
    public required string ChosenItem { get; init; }
    public required string ChosenItems { get; init; }
    public required string OnlyWhere { get; init; }
    public required string WithLimits { get; init; }
    public required string AndRelated { get; init; }
    public required string AsApp { get; init; }
    public required string Revocable { get; init; }
    public required string SentTo { get; init; }
    public required string SentToApplication { get; init; }
    public required string Agree { get; init; }
    public required string Cancel { get; init; }
    public required string Policy { get; init; }
    public required string CertifyTitle { get; init; }
    public required string CertifyText { get; init; }
    public required string CertifyWarning { get; init; }
    public required string CertifySent { get; init; }
    public required string SendCode { get; init; }
    public required string RefusedTitle { get; init; }
    public required string Refused { get; init; }
    public required string LogInFirst { get; init; }
    public required string LimitTitle { get; init; }
    public required string Limit { get; init; }
    public required string ConfirmTitle { get; init; }
    public required string ConfirmText { get; init; }
    public required string Confirm { get; init; }
    public required string Confirming { get; init; }

    /// <summary>What people call the documents of a doctype.</summary>
    public required IReadOnlyDictionary<string, string> Doctypes { get; init; }

    /// <summary>The sentences in the language of other texts.</summary>
    public static ConsentTexts For(Texts texts) => texts.Tag == French.Texts.Tag ? FrenchConsent.Texts : EnglishConsent.Texts;
}
