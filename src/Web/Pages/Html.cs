using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Cozy.Web.Pages;

/// <summary>
/// A piece of HTML that is safe to send. It is made only by <see cref="Of"/>, whose holes are escaped, so a value can
/// never become markup by being forgotten. Attributes are to be written with double quotes around the hole.
/// </summary>
internal readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    public static Html Empty => default;

    /// <summary>Markup whose holes are escaped, but for holes that are <see cref="Html"/> already.</summary>
    public static Html Of(Builder builder) => new(builder.ToString());

    /// <summary>Pieces one after another.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece._markup)));

    /// <inheritdoc/>
    public override string ToString() => _markup ?? string.Empty;

    /// <summary>What the compiler turns an interpolated string into.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Builder
    {
        // Letters of every script stay readable; what has a meaning in HTML is always escaped.
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        private readonly StringBuilder _text;

        public Builder(int literalLength, int holes) => _text = new StringBuilder(literalLength + (holes * 24));

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(Html piece) => _text.Append(piece.ToString());

        public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? string.Empty));

        public void AppendFormatted(long number) => _text.Append(number);

        public override string ToString() => _text.ToString();
    }
}
