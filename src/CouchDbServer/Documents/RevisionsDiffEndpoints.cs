using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary><c>_revs_diff</c> and <c>_missing_revs</c>: what a replicator still has to send.</summary>
internal static class RevisionsDiffEndpoints
{
    public static readonly Route Diff = new("POST", ("POST", DiffAsync));

    public static readonly Route Missing = new("POST", ("POST", MissingAsync));

    private static async Task DiffAsync(Exchange exchange)
    {
        var diffs = await ReadAsync(exchange);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => WriteMembers(json, diffs, static (json, diff) =>
        {
            json.Raw("{\"missing\":"u8).Strings(diff.Missing.Select(revision => revision.ToString()));
            if (diff.PossibleAncestors.Count > 0)
            {
                json.Raw(",\"possible_ancestors\":"u8)
                    .Strings(diff.PossibleAncestors.Select(revision => revision.ToString()));
            }

            json.Raw("}"u8);
        }));
    }

    private static async Task MissingAsync(Exchange exchange)
    {
        var diffs = await ReadAsync(exchange);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.Raw("{\"missing_revs\":"u8);
            WriteMembers(json, diffs, static (json, diff) =>
                json.Strings(diff.Missing.Select(revision => revision.ToString())));
            json.Raw("}"u8);
        });
    }

    private static async Task<IReadOnlyDictionary<string, RevisionsDiff>> ReadAsync(Exchange exchange)
    {
        var wanted = Parse(JsonText.ParseObject(await exchange.ReadJsonBodyAsync()));
        return await exchange.Store.DiffRevisionsAsync(exchange.Database, wanted, exchange.Aborted);
    }

    /// <summary>Reads an object of documents and their revisions.</summary>
    public static Dictionary<string, IReadOnlyList<Revision>> Parse(JsonElement body)
    {
        var wanted = new Dictionary<string, IReadOnlyList<Revision>>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            var revisions = member.Value.Texts() ?? throw CouchException.BadRequest("Invalid list of revisions");
            wanted[member.Name] = [.. revisions.Select(Revision.Parse)];
        }

        return wanted;
    }

    public static void WriteMembers<T>(JsonOutput json, IReadOnlyDictionary<string, T> diffs, Action<JsonOutput, T> write)
    {
        json.Raw("{"u8);
        var first = true;
        foreach (var (id, diff) in diffs)
        {
            if (!first)
                json.Raw(","u8);
            first = false;
            write(json.String(id).Raw(":"u8), diff);
        }

        json.Raw("}"u8);
    }
}
