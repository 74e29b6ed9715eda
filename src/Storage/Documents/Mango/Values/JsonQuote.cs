using System.Buffers;
using System.Text;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>Strings of .NET as canonical JSON, with their quotes.</summary>
internal static class JsonQuote
{
    public static byte[] Bytes(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 2);
        CanonicalString.Write(text, output);
        return output.WrittenSpan.ToArray();
    }

    public static string Text(string text) => Encoding.UTF8.GetString(Bytes(text));
}
