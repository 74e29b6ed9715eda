using System.Text.Json;

namespace Cozy.Web.Data.Queries;

/// <summary>The limit in the body of a query, as the API reads it: what is no number, or too much, is the default.</summary>
internal static class FindBody
{
    public const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    /// <summary>The body with a limit that is a number, and that limit.</summary>
    public static (ReadOnlyMemory<byte> Body, int Limit) Read(byte[] body)
    {
        var (range, number) = Find(body);
        if (range is not { } at)
            return (body, DefaultLimit);
        if (number is <= MaxLimit)
            return (body, (int)Math.Max(number.Value, 0));

        // A limit that counts for nothing must not make the query fail.
        return ((byte[])[.. body[..at.Start], .. "100"u8, .. body[at.End..]], DefaultLimit);
    }

    private static (Range? At, double? Number) Find(ReadOnlySpan<byte> body)
    {
        Range? at = null;
        double? number = null;
        var reader = new Utf8JsonReader(body, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return (null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLimit = reader.ValueTextEquals("limit"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isLimit)
                number = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) ? value : null;
            reader.Skip();
            if (isLimit)
                at = start..(int)reader.BytesConsumed;
        }

        return (at, number);
    }
}
