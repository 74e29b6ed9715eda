namespace Cozy.Web.Settings;

/// <summary>The names of the values of <c>auth_mode</c>.</summary>
internal static class AuthModes
{
    public const string Basic = "basic";
    public const string TwoFactorMail = "two_factor_mail";

    /// <summary>The name of a value. An app's codes have that of codes by mail, which is how clients know that there is a second factor.</summary>
    public static string NameOf(int mode) => mode switch
    {
        1 => TwoFactorMail,
        2 => "two_factor_oidc",
        _ => Basic,
    };
}
