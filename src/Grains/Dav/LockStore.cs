using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Dav;

/// <summary>The locks of an instance as one local document beside the documents of its files.</summary>
internal sealed class LockStore(IDocumentStore documents, string instanceId)
{
    private const string DocumentName = "cozy-dav-locks";

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, WellKnownFiles.Doctype);

    /// <summary>The locks that were written last.</summary>
    public async Task<LockTable> ReadAsync()
    {
        var locks = new LockTable();
        try
        {
            if (await documents.GetLocalAsync(_database, DocumentName) is not { } document)
                return locks;
            using var json = Json.Parse(document.Members);
            foreach (var held in json.RootElement.GetProperty("locks").EnumerateArray())
                locks.TryPut(Read(held));
            return locks;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return locks;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Replaces what was written.</summary>
    public async Task WriteAsync(LockTable locks)
    {
        var members = Json.Members(json =>
        {
            json.WriteStartArray("locks");
            foreach (var held in locks.All)
                Write(json, held);
            json.WriteEndArray();
        });
        try
        {
            await documents.PutLocalAsync(_database, DocumentName, null, members);
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    private static void Write(Utf8JsonWriter json, DavLock held)
    {
        json.WriteStartObject();
        json.WriteString("token", held.Token);
        json.WriteString("path", held.Path);
        json.WriteBoolean("exclusive", held.IsExclusive);
        json.WriteBoolean("deep", held.IsDeep);
        json.WriteString("owner", held.Owner);
        json.WriteNumber("timeout_seconds", held.Timeout.TotalSeconds);
        json.WriteTime("expires_at", held.ExpiresAt);
        json.WriteEndObject();
    }

    private static DavLock Read(JsonElement json) => new(
        json.Text("token")!, json.Text("path")!, json.Flag("exclusive"), json.Flag("deep"), json.Text("owner") ?? "",
        TimeSpan.FromSeconds(json.GetProperty("timeout_seconds").GetDouble()), json.Time("expires_at") ?? DateTimeOffset.MinValue);
}
