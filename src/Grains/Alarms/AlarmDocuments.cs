using System.Globalization;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Alarms;

/// <summary>Alarms as documents of <c>global/alarms</c>, named by the grain that is to be woken.</summary>
internal sealed class AlarmDocuments(IDocumentStore store)
{
    private static readonly DatabaseName Database = new(DatabaseName.Global, "alarms");

    /// <summary>All alarms.</summary>
    /// <exception cref="Errors.CozyException">The store cannot be read.</exception>
    public async Task<Dictionary<GrainId, Alarm>> ListAsync()
    {
        var alarms = new Dictionary<GrainId, Alarm>();
        await DocumentPages.ForEachAsync(store, Database, (id, stored) =>
        {
            using var json = Json.Parse(stored.Members);
            if (GrainId.TryParse(id, CultureInfo.InvariantCulture, out var sleeper) && json.RootElement.Time("at") is { } at)
                alarms[sleeper] = new Alarm(at, stored.Revision);
        });
        return alarms;
    }

    /// <summary>Writes an alarm down, or removes it.</summary>
    /// <returns>The alarm as it is now; null for none.</returns>
    /// <exception cref="Errors.CozyException">The store failed, or somebody else changed the alarm.</exception>
    public async Task<Alarm?> WriteAsync(GrainId sleeper, Alarm? before, DateTimeOffset? at)
    {
        var members = at is { } time ? Json.Members(json => json.WriteTime("at", time)) : ReadOnlyMemory<byte>.Empty;
        try
        {
            var edit = new DocumentEdit(sleeper.ToString(), before?.Revision, Deleted: at is null, members);
            var result = (await store.EditAsync(Database, [edit]))[0];
            if (result.Failure is not null)
                throw result.Failure;
            return at is { } set ? new Alarm(set, result.Revision!.Value) : null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}

/// <summary>When a grain is to be woken.</summary>
/// <param name="At">From when on.</param>
/// <param name="Revision">The document's revision.</param>
internal sealed record Alarm(DateTimeOffset At, Revision Revision)
{
    /// <summary>When it was last woken.</summary>
    public DateTimeOffset? Rang { get; init; }
}
