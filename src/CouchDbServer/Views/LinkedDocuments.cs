using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary>The documents of rows: those that emitted them, or others that their values name.</summary>
internal static class LinkedDocuments
{
    /// <summary>One for each row; null where there is none, or no more.</summary>
    public static async Task<IReadOnlyList<StoredDocument?>> ReadAsync(Exchange exchange, List<ViewRow> rows, bool conflicts)
    {
        var names = rows.ConvertAll(Name);
        var page = await exchange.Store.ListAsync(
            exchange.Database,
            new ListQuery { Keys = [.. names.Select(name => name.Id).Distinct()], IncludeDocuments = true },
            exchange.Aborted);
        var documents = page.Rows.Where(row => row is { Deleted: false, Document: not null })
            .ToDictionary(row => row.Id, row => row.Document, StringComparer.Ordinal);
        var found = new List<StoredDocument?>(rows.Count);
        foreach (var (id, revision) in names)
        {
            found.Add(revision is not null || conflicts
                ? await exchange.Store.GetAsync(
                    exchange.Database, id, new ReadOptions { Revision = revision, WithConflicts = conflicts }, exchange.Aborted)
                : documents.GetValueOrDefault(id));
        }

        return found;
    }

    private static (string Id, Revision? Revision) Name(ViewRow row)
    {
        if (row.Value is not [(byte)'{', ..])
            return (row.Id, null);
        var value = JsonText.Parse(row.Value);
        var revision = value.Member("_rev") is { ValueKind: JsonValueKind.String } text && Revision.TryParse(text.Text(), out var parsed)
            ? parsed
            : (Revision?)null;
        return (value.Member("_id") is { ValueKind: JsonValueKind.String } id ? id.Text() : row.Id, revision);
    }
}
