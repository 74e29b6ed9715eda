namespace Cozy.Web.Auth.Tokens;

/// <summary>The short forms of a link's codes: for people to type, or to be part of an address.</summary>
internal static class ShortCode
{
    /// <summary>The length of an ordinary one, of letters and digits: some 71 bits that nobody guesses.</summary>
    public const int Length = 12;

    /// <summary>The length of a tiny one, of digits alone, which is good for an hour at most.</summary>
    public const int TinyLength = 6;

    /// <summary>
    /// The short code in a text; null when it is none. A dot at the end is not part of it: people copy it from the end
    /// of a sentence.
    /// </summary>
    public static string? From(string text)
    {
        var code = text.AsSpan().TrimEnd('.');
        foreach (var c in code)
        {
            if (!(code.Length == TinyLength ? char.IsAsciiDigit(c) : code.Length == Length && char.IsAsciiLetterOrDigit(c)))
                return null;
        }

        return code.Length is TinyLength or Length ? code.ToString() : null;
    }
}
