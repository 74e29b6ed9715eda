using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>
/// Rewrites what Perl-compatible expressions spell differently from .NET: named groups <c>(?P&lt;n&gt;…)</c>, POSIX
/// classes, <c>\x{…}</c>, <c>\h</c> and <c>\Q…\E</c>.
/// </summary>
internal static class PcrePattern
{
    /// <summary>Of characters up to U+00FF, which is all there is when a byte is a character.</summary>
    private static readonly FrozenDictionary<string, string> Posix = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["alpha"] = @"A-Za-z\xAA\xB5\xBA\xC0-\xD6\xD8-\xF6\xF8-\xFF",
        ["alnum"] = @"0-9A-Za-z\xAA\xB5\xBA\xC0-\xD6\xD8-\xF6\xF8-\xFF",
        ["word"] = @"0-9A-Za-z_\xAA\xB5\xBA\xC0-\xD6\xD8-\xF6\xF8-\xFF",
        ["digit"] = "0-9",
        ["xdigit"] = "0-9A-Fa-f",
        ["lower"] = @"a-z\xB5\xDF-\xF6\xF8-\xFF",
        ["upper"] = @"A-Z\xC0-\xD6\xD8-\xDE",
        ["space"] = @"\t-\r \x85\xA0",
        ["blank"] = @"\t \xA0",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["cntrl"] = @"\x00-\x1F\x7F-\x9F",
        ["print"] = @" -~\xA0-\xFF",
        ["graph"] = @"!-~\xA1-\xFF",
        ["ascii"] = @"\x00-\x7F",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Translate(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var at = 0; at < pattern.Length;)
        {
            var rest = pattern.AsSpan(at);
            if (rest[0] == '\\')
                at += Escape(rest, inClass, output);
            else if (inClass)
                at += InClass(rest, ref inClass, output);
            else
                at += Outside(rest, ref inClass, output);
        }

        return output.ToString();
    }

    private static int Escape(ReadOnlySpan<char> rest, bool inClass, StringBuilder output)
    {
        if (rest.Length > 1 && rest[1] == 'Q')
            return Literal(rest, output);
        if (rest is ['\\', 'x', '{', ..] && rest.IndexOf('}') is > 3 and var end
            && int.TryParse(rest[3..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && code <= 0xFF)
        {
            output.Append(CultureInfo.InvariantCulture, $"\\x{code:X2}");
            return end + 1;
        }

        if (rest is ['\\', 'h', ..])
        {
            output.Append(inClass ? @"\t \xA0" : @"[\t \xA0]");
            return 2;
        }

        var length = Math.Min(2, rest.Length);
        output.Append(rest[..length]);
        return length;
    }

    private static int Literal(ReadOnlySpan<char> rest, StringBuilder output)
    {
        var end = rest.IndexOf(@"\E", StringComparison.Ordinal);
        foreach (var c in end < 0 ? rest[2..] : rest[2..end])
            output.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
        return end < 0 ? rest.Length : end + 2;
    }

    private static int InClass(ReadOnlySpan<char> rest, ref bool inClass, StringBuilder output)
    {
        if (rest is ['[', ':', ..] && rest.IndexOf(":]", StringComparison.Ordinal) is > 2 and var end
            && Posix.TryGetValue(rest[2..end].ToString(), out var members))
        {
            output.Append(members);
            return end + 2;
        }

        inClass = rest[0] != ']';

        // A bracket in a class is a character; to .NET it could begin a subtraction.
        output.Append(rest[0] == '[' ? @"\[" : rest[..1]);
        return 1;
    }

    private static int Outside(ReadOnlySpan<char> rest, ref bool inClass, StringBuilder output)
    {
        if (rest[0] == '[')
        {
            inClass = true;
            var start = rest.Length > 1 && rest[1] == '^' ? 2 : 1;
            output.Append(rest[..start]);

            // The first bracket of a class does not end it.
            if (rest.Length > start && rest[start] == ']')
            {
                output.Append(@"\]");
                start++;
            }

            return start;
        }

        foreach (var (perl, net) in (ReadOnlySpan<(string, string)>)[("(?P<", "(?<"), ("(?P=", @"\k<"), ("(?P>", "(?P>")])
        {
            if (!rest.StartsWith(perl, StringComparison.Ordinal))
                continue;
            output.Append(net);
            if (net != @"\k<")
                return perl.Length;
            var end = rest.IndexOf(')');
            output.Append(end < 0 ? rest[4..] : rest[4..end]).Append('>');
            return end < 0 ? rest.Length : end + 1;
        }

        output.Append(rest[0]);
        return 1;
    }
}
