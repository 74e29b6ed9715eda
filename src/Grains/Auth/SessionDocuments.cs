using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Auth;

/// <summary>Browser sessions as documents of <c>io.cozy.sessions</c>, with the fields of cozy-stack.</summary>
internal sealed class SessionDocuments(IGrainFactory grains, string instanceId)
{
    private const string Doctype = "io.cozy.sessions";

    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));

    public async Task<Session?> ReadAsync(string id)
    {
        if (await FindAsync(id) is not { } document)
            return null;

        using var json = Json.Parse(document.Members);
        return new Session
        {
            Id = id,
            CreatedAt = Time(json.RootElement.Text("created_at")),
            LastSeen = Time(json.RootElement.Text("last_seen")),
            LongRun = json.RootElement.Flag("long_run"),
        };
    }

    /// <summary>Writes a session, new or changed.</summary>
    public async Task WriteAsync(Session session)
    {
        var current = await FindAsync(session.Id);
        var members = Json.Members(writer =>
        {
            writer.WriteTime("created_at", session.CreatedAt);
            writer.WriteTime("last_seen", session.LastSeen);
            writer.WriteBoolean("long_run", session.LongRun);
        });
        await EditAsync(new Edit(session.Id, current?.Revision, false, members));
    }

    /// <summary>Deletes a session; one that does not exist is no error.</summary>
    public async Task DeleteAsync(string id)
    {
        if (await FindAsync(id) is { } document)
            await EditAsync(new Edit(id, document.Revision, true, ReadOnlyMemory<byte>.Empty));
    }

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : default;

    private async Task<Document?> FindAsync(string id)
    {
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
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
