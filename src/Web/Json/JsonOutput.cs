using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cozy.Web.Json;

/// <summary>Writes the frame around JSON that is copied as bytes.</summary>
internal static class JsonOutput
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Writes a string with its quotes.</summary>
    public static void WriteString(this IBufferWriter<byte> output, string value)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(value, Encoder).EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    /// <summary>Writes a number.</summary>
    public static void WriteNumber(this IBufferWriter<byte> output, long value)
    {
        value.TryFormat(output.GetSpan(20), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
    }
}
