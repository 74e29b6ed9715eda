using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary>A number as CouchDB's own reduces calculate with it: whole numbers are exact, and become floats among floats.</summary>
internal readonly record struct ErlangNumber(BigInteger Whole, double Float, bool IsFloat)
{
    public static readonly ErlangNumber Zero = new(0, 0, false);

    private double Value => IsFloat ? Float : (double)Whole;

    public static ErlangNumber operator +(ErlangNumber a, ErlangNumber b) => a.IsFloat || b.IsFloat
        ? new ErlangNumber(0, a.Value + b.Value, true)
        : new ErlangNumber(a.Whole + b.Whole, 0, false);

    public static ErlangNumber operator *(ErlangNumber a, ErlangNumber b) => a.IsFloat || b.IsFloat
        ? new ErlangNumber(0, a.Value * b.Value, true)
        : new ErlangNumber(a.Whole * b.Whole, 0, false);

    public static bool operator <(ErlangNumber a, ErlangNumber b) => a.IsFloat || b.IsFloat ? a.Value < b.Value : a.Whole < b.Whole;

    public static bool operator >(ErlangNumber a, ErlangNumber b) => b < a;

    /// <summary>Reads a JSON number.</summary>
    public static ErlangNumber Read(JsonElement number)
    {
        var text = number.GetRawText();
        return text.AsSpan().ContainsAny('.', 'e', 'E')
            ? new ErlangNumber(0, number.GetDouble(), true)
            : new ErlangNumber(BigInteger.Parse(text, CultureInfo.InvariantCulture), 0, false);
    }

    /// <summary>The number in CouchDB's spelling.</summary>
    public string ToJson()
    {
        if (!IsFloat)
            return Whole.ToString(CultureInfo.InvariantCulture);
        if (!double.IsFinite(Float))
            return "null";
        var text = Float.ToString("R", CultureInfo.InvariantCulture);
        if (!text.AsSpan().ContainsAny('.', 'E'))
            text += ".0";
        return Encoding.UTF8.GetString(DocumentCodec.Canonicalize(Encoding.UTF8.GetBytes(text)));
    }
}
