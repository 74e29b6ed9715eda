using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Storage;

/// <summary>
/// Documents that are good once and for a while, such as codes. Whatever crashes and whoever tries at the same time:
/// deleting the document decides who used it. Those that nobody used are removed when others are made.
/// </summary>
internal sealed class OneTimeDocuments(
    IDocumentStore store, IGrainFactory grains, string instanceId, string doctype, TimeProvider time, TimeSpan lifetime)
{
    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, doctype);
    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, doctype));
    private DateTimeOffset? _lastCleaning;

    /// <summary>Makes one.</summary>
    /// <param name="id">What it is found by.</param>
    /// <param name="write">Writes its members, besides when it was made.</param>
    public async Task CreateAsync(string id, Action<Utf8JsonWriter> write)
    {
        await CleanAsync();
        var members = Json.Members(json =>
        {
            json.WriteNumber("issued_at", time.GetUtcNow().ToUnixTimeSeconds());
            write(json);
        });
        await EditAsync(new Edit(id, null, false, members));
    }

    /// <summary>What one says; null when it is unknown, used or too old.</summary>
    public async Task<T?> FindAsync<T>(string id, Func<JsonElement, T> read)
        where T : class
    {
        if (await ReadAsync(id) is not { } document)
            return null;

        using var json = Json.Parse(document.Members);
        return IsExpired(json.RootElement) ? null : read(json.RootElement);
    }

    /// <summary>Uses one up, whatever its age. Only one of those who try at the same time is told that it was they.</summary>
    public async Task<bool> RedeemAsync(string id)
    {
        if (await ReadAsync(id) is not { } document)
            return false;
        try
        {
            await EditAsync(new Edit(id, document.Revision, true, default));
            return true;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict)
        {
            return false;
        }
    }

    private async Task CleanAsync()
    {
        var now = time.GetUtcNow();
        if (_lastCleaning is { } last && now - last < lifetime)
            return;
        _lastCleaning = now;

        var expired = new List<Edit>();
        await DocumentPages.ForEachAsync(store, _database, (id, stored) =>
        {
            using var json = Json.Parse(stored.Members);
            if (IsExpired(json.RootElement))
                expired.Add(new Edit(id, stored.Revision.ToString(), true, default));
        });
        if (expired.Count > 0)
            await _documents.EditAsync(expired);
    }

    private bool IsExpired(JsonElement document) =>
        !document.TryGetProperty("issued_at", out var value) || !value.TryGetInt64(out var issued)
        || time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(issued) > lifetime;

    private async Task<Document?> ReadAsync(string id)
    {
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.NotFound or ErrorKind.BadRequest)
        {
            return null;
        }
    }

    private async Task EditAsync(Edit edit)
    {
        var outcome = (await _documents.EditAsync([edit]))[0];
        if (outcome.Error is not null)
            throw CozyException.Conflict(outcome.Reason!);
    }
}
