using System.Text;
using System.Text.RegularExpressions;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>
/// <c>$regex</c>. As in CouchDB the expression works on the bytes of UTF-8: pattern and text are read one character a
/// byte. What needs no backtracking runs in time linear to the text; look-around and back-references do need it, and run
/// against the time that the query has for them.
/// </summary>
internal sealed class RegexCondition : OperatorCondition
{
    private const RegexOptions Common = RegexOptions.CultureInvariant;

    private readonly Regex _regex;
    private readonly bool _backtracks;

    public RegexCondition(byte[] argument, MangoLimits limits)
        : base("$regex", argument)
    {
        var pattern = PcrePattern.Translate(Text(argument));
        try
        {
            _regex = new Regex(pattern, Common | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            _regex = new Regex(pattern, Common, limits.MaxRegexTime);
            _backtracks = true;
        }
    }

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        if (value[0] != '"')
            return false;
        var text = Text(value);
        if (!_backtracks)
            return _regex.IsMatch(text);
        try
        {
            return context.Spend((_regex, text), static state => state._regex.IsMatch(state.text));
        }
        catch (RegexMatchTimeoutException)
        {
            throw MatchContext.SlowExpression();
        }
    }

    private static string Text(ReadOnlySpan<byte> quoted) =>
        quoted.Contains((byte)'\\')
            ? Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Json.CanonicalString.Read(quoted)!))
            : Encoding.Latin1.GetString(quoted[1..^1]);
}
