using System.Globalization;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// How sequence numbers are written: the number, a dash, the database's uuid. The uuid tells a database from an
/// earlier one of the same name.
/// </summary>
internal static class SequenceText
{
    public static string Write(long sequence, string uuid) =>
        string.Create(CultureInfo.InvariantCulture, $"{sequence}-{uuid}");

    /// <summary>The number a reader of changes goes on from.</summary>
    /// <exception cref="DocumentStoreException">The text is not a sequence.</exception>
    public static long Read(string? since, DatabaseState database)
    {
        if (since is null or "0")
            return 0;
        if (since == "now")
            return database.UpdateSequence;
        var text = since.AsSpan();
        var dash = text.IndexOf('-');

        // A sequence may come as the JSON string it was in an answer.
        if (dash > 0 && text is ['"', .., '"'])
        {
            text = text[1..^1];
            dash--;
        }

        var number = dash < 0 ? text : text[..dash];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            throw DocumentStoreException.Invalid("bad_request", "Malformed sequence supplied in 'since' parameter.");

        // Of another database, deleted since: everything here is new to this reader.
        return dash >= 0 && !text[(dash + 1)..].SequenceEqual(database.Uuid) ? 0 : sequence;
    }
}
