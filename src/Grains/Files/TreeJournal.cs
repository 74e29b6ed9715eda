using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>What a change of many documents is about to do, written down first so that a crash finishes it.</summary>
/// <param name="Operation">Which kind of change.</param>
/// <param name="Id">The folder it is about.</param>
/// <param name="Revision">For a move: the revision of the folder's document before it.</param>
/// <param name="Members">For a move: the folder's new members.</param>
internal sealed record JournalEntry(
    JournalOperation Operation, string Id, string? Revision = null, ReadOnlyMemory<byte> Members = default);

/// <summary>The kinds of changes that are journaled.</summary>
internal enum JournalOperation
{
    /// <summary>A folder gets another path, and with it what is below.</summary>
    Move,

    /// <summary>A folder and all that is below are destroyed.</summary>
    Destroy,

    /// <summary>All that is below a folder is destroyed.</summary>
    Empty,
}

/// <summary>
/// The journal of a tree: one local document beside the documents of the tree. Such changes exclude each other, so there
/// is at most one entry.
/// </summary>
internal sealed class TreeJournal(IDocumentStore documents, string instanceId)
{
    private const string DocumentName = "cozy-file-tree";

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, WellKnownFiles.Doctype);

    /// <summary>What a crash left unfinished; null for nothing.</summary>
    public async Task<JournalEntry?> ReadAsync()
    {
        if (await documents.GetLocalAsync(_database, DocumentName) is not { } document)
            return null;

        using var json = Json.Parse(document.Members);
        return Enum.TryParse<JournalOperation>(json.RootElement.Text("operation"), out var operation)
            && json.RootElement.Text("id") is { } id
                ? new(operation, id, json.RootElement.Text("revision"), json.RootElement.Bytes("members"))
                : null;
    }

    public async Task WriteAsync(JournalEntry entry)
    {
        var members = Json.Members(writer =>
        {
            writer.WriteString("operation", entry.Operation.ToString());
            writer.WriteString("id", entry.Id);
            writer.WriteOptional("revision", entry.Revision);
            if (!entry.Members.IsEmpty)
                writer.WriteBase64String("members", entry.Members.Span);
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

    /// <summary>The change is complete.</summary>
    public async Task ClearAsync()
    {
        try
        {
            await documents.DeleteLocalAsync(_database, DocumentName);
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
