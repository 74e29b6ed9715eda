using System.Globalization;

namespace Cozy.Grains.Mail.Languages;

/// <summary>The mails in French.</summary>
internal sealed class FrenchMails : IMailTexts
{
    public string Tag => "fr";

    public MailContent PassphraseReset(string name, string domain, Uri link, int minutes) => new()
    {
        Subject = "Choisissez un nouveau mot de passe",
        Greeting = Hello(name),
        Before = [$"Un nouveau mot de passe a été demandé pour {domain}. Si c’était vous, choisissez-le ici :"],
        Button = ("Choisir un nouveau mot de passe", link),
        After =
        [
            $"Le lien fonctionne une seule fois, pendant {minutes} minutes.",
            "Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.",
        ],
    };

    public MailContent Hint(string name, string domain, string hint) => new()
    {
        Subject = "L’indice de votre mot de passe",
        Greeting = Hello(name),
        Before = [$"Voici l’indice que vous avez écrit pour le mot de passe de {domain} :"],
        Code = hint,
        After = ["Si vous ne l’avez pas demandé, quelqu’un essaie peut-être d’entrer. Votre mot de passe n’a pas été révélé."],
    };

    public MailContent LoginCode(string name, string domain, string code, int minutes) => new()
    {
        Subject = "Votre code de connexion",
        Greeting = Hello(name),
        Before = [$"Saisissez ce code pour vous connecter à {domain} :"],
        Code = code,
        After =
        [
            $"Il est valable {minutes} minutes.",
            "Si vous n’êtes pas en train de vous connecter, quelqu’un connaît votre mot de passe : changez-le.",
        ],
    };

    public MailContent ActivationCode(string name, string domain, string code, int minutes) => new()
    {
        Subject = "Confirmez les codes par e-mail",
        Greeting = Hello(name),
        Before = [$"Saisissez ce code pour que {domain} demande un code reçu par e-mail à chaque connexion :"],
        Code = code,
        After = [$"Il est valable {minutes} minutes."],
    };

    public MailContent CertificationCode(string name, string domain, string client, string code, int minutes) => new()
    {
        Subject = "Votre code pour autoriser une application à tout faire",
        Greeting = Hello(name),
        Before = [$"{client} demande à utiliser {domain} comme vous le faites. Si vous venez de l’ouvrir vous-même, saisissez ce code\u00a0:"],
        Code = code,
        After =
        [
            $"Il est valable {minutes} minutes.",
            "Si ce n’est pas vous, ne donnez ce code à personne\u00a0: il permettrait de lire, modifier et supprimer tout ce que vous y gardez.",
        ],
    };

    public MailContent NewDevice(string name, string domain, LoginFacts login, Uri page) => new()
    {
        Subject = "Une nouvelle connexion à votre Cozy",
        Greeting = Hello(name),
        Before =
        [
            $"Quelqu’un s’est connecté à {domain} avec un navigateur inconnu jusqu’ici :",
            $"{Device(login)}, adresse {login.Address}, {login.At.ToString("d MMMM yyyy, HH:mm 'UTC'zzz", CultureInfo.GetCultureInfo("fr-FR"))}",
            "Si c’était vous, tout va bien. Sinon, déconnectez ce navigateur et changez votre mot de passe :",
        ],
        Button = ("Voir mes sessions", page),
    };

    public MailContent PassphraseChanged(string name, string domain, Uri page) => new()
    {
        Subject = "Votre mot de passe a été changé",
        Greeting = Hello(name),
        Before = [$"Le mot de passe de {domain} a été changé, et tous les navigateurs ont été déconnectés."],
        Button = ("Ouvrir mon Cozy", page),
        After = ["Si ce n’était pas vous, demandez tout de suite un nouveau mot de passe sur la page de connexion."],
    };

    public MailContent SecondFactorChanged(string name, string domain, bool isOn, Uri page) => new()
    {
        Subject = isOn ? "La connexion en deux étapes est activée" : "La connexion en deux étapes est désactivée",
        Greeting = Hello(name),
        Before =
        [
            isOn
                ? $"Désormais, {domain} demande un code en plus de votre mot de passe."
                : $"Désormais, {domain} ne demande plus que votre mot de passe.",
        ],
        Button = ("Réglages de sécurité", page),
        After = ["Si ce n’était pas vous, changez tout de suite votre mot de passe."],
    };

    public MailContent ConfirmEmail(string name, string domain, Uri link, int hours) => new()
    {
        Subject = "Confirmez votre adresse e-mail",
        Greeting = Hello(name),
        Before = [$"Cette adresse doit devenir celle de {domain}. Confirmez qu’elle est à vous :"],
        Button = ("Confirmer cette adresse", link),
        After = [$"Le lien fonctionne pendant {hours} heures. Si cela ne vous dit rien, ne faites rien."],
    };

    public MailContent ConfirmDeletion(string name, string domain, Uri link, int minutes) => new()
    {
        Subject = "Supprimer votre Cozy ?",
        Greeting = Hello(name),
        Before = [$"Vous avez demandé la suppression de {domain} avec tout son contenu : fichiers, contacts, photos, applications. Elle est définitive."],
        Button = ("Vérifier et supprimer", link),
        After = [$"Le lien fonctionne pendant {minutes} minutes. Si vous n’avez rien demandé, ne faites rien et changez votre mot de passe : quelqu’un utilise votre compte."],
    };

    public MailContent EmailChanged(string name, string domain, string email) => new()
    {
        Subject = "Votre adresse e-mail a été changée",
        Greeting = Hello(name),
        Before = [$"Les e-mails de {domain} vont désormais à {email}."],
        After = ["Si ce n’était pas vous, connectez-vous et changez tout de suite votre mot de passe."],
    };

    public MailContent ExportReady(string name, string domain, Uri link, IReadOnlyList<Uri> others, DateTimeOffset until) => new()
    {
        Subject = "Vos données sont prêtes",
        Greeting = Hello(name),
        Before = [$"Une copie de ce que contient {domain} peut être téléchargée. Quiconque a le lien peut la télécharger : gardez-le pour vous."],
        Button = ("Télécharger mes données", link),
        After =
        [
            .. others.Select((other, index) => $"Partie {index + 2} : {other.AbsoluteUri}"),
            $"Elle reste disponible jusqu’au {until.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("fr-FR"))}.",
            "Si vous ne l’avez pas demandée, changez tout de suite votre mot de passe : le lien ne fonctionnera plus.",
        ],
    };

    public MailContent ExportFailed(string name, string domain) => new()
    {
        Subject = "Vos données n’ont pas pu être copiées",
        Greeting = Hello(name),
        Before = [$"La copie de ce que contient {domain} n’a pas pu être faite. Aucune de vos données n’est perdue ; demandez-la à nouveau plus tard."],
    };

    public MailContent DiskNearlyFull(string name, string domain, Uri? home) => new()
    {
        Subject = "Votre Cozy est presque plein",
        Greeting = Hello(name),
        Before = [$"Vos fichiers occupent plus de 90 % de la place dans {domain}. Une fois plein, il ne pourra plus rien garder de nouveau."],
        Button = home is null ? null : ("Ouvrir mon Cozy", home),
        After = ["Videz la corbeille, supprimez ce dont vous n’avez plus besoin, ou demandez plus de place à qui s’occupe de votre Cozy."],
    };

    private static string Hello(string name) => name.Length == 0 ? "Bonjour," : $"Bonjour {name},";

    private static string Device(LoginFacts login) => (login.Browser, login.System) switch
    {
        ("", "") => "un navigateur inconnu",
        (var browser, "") => browser,
        ("", var system) => $"un navigateur sous {system}",
        var (browser, system) => $"{browser} sous {system}",
    };
}
