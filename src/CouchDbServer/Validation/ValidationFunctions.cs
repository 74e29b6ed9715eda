using System.Collections.Concurrent;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Cozy.CouchDbServer.Views;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Validation;

/// <summary>
/// The functions that decide what may be written (<c>validate_doc_update</c>), by database. They are read from the design
/// documents at the first write and again after one of them changed: all that is written goes through this process.
/// </summary>
internal sealed class ValidationFunctions(IDocumentAccess store, ScriptLimits limits)
{
    private const int MostDatabases = 10_000;
    private const string DesignEnd = "_design0";

    private readonly ConcurrentDictionary<DatabaseName, Lazy<Task<IReadOnlyList<ValidationFunction>>>> _known = new();

    /// <summary>The functions of a database, in the order of their design documents.</summary>
    /// <exception cref="CouchException">One of them cannot be run: then nothing may be written.</exception>
    public async Task<IReadOnlyList<ValidationFunction>> OfAsync(DatabaseName database)
    {
        if (_known.Count >= MostDatabases)
            _known.Clear();
        var reading = _known.GetOrAdd(
            database, static (database, self) => new(() => self.ReadAsync(database)), this);
        try
        {
            return await reading.Value;
        }
        catch
        {
            _known.TryRemove(KeyValuePair.Create(database, reading));
            throw;
        }
    }

    /// <summary>Forgets the functions of a database after a design document of it, or all of it, changed.</summary>
    public void Forget(DatabaseName database) => _known.TryRemove(database, out _);

    private async Task<IReadOnlyList<ValidationFunction>> ReadAsync(DatabaseName database)
    {
        var query = new ListQuery { StartKey = DocumentId.DesignPrefix, EndKey = DesignEnd, InclusiveEnd = false, IncludeDocuments = true };
        var functions = new List<ValidationFunction>();
        foreach (var row in (await store.ListAsync(database, query)).Rows)
        {
            var design = View.Members(row.Document!);
            if (design.Member("validate_doc_update") is not { } source)
                continue;
            if (!limits.Enabled)
                throw CouchException.NotImplemented($"This server runs no JavaScript, so it cannot tell what the validate_doc_update of {row.Id} allows.");
            if (design.Member("language") is { } language && language.Text() != "javascript")
                throw CouchException.NotImplemented($"This server cannot run the validate_doc_update of {row.Id}, which is no JavaScript.");
            functions.Add(new ValidationFunction(await ScriptThread.RunAsync(limits, () => Script.Compile(source.Text(), limits), default)));
        }

        return functions;
    }
}

/// <summary>One such function; for several callers, one after the other.</summary>
internal sealed class ValidationFunction(Script script)
{
    private readonly Lock _lock = new();

    /// <summary>Why a document may not be written; null when it may.</summary>
    /// <exception cref="CouchException">The function takes too much.</exception>
    public CouchException? Refusal(string document, string? before, string user, string security)
    {
        lock (_lock)
            return script.Validate(document, before ?? "null", user, security);
    }
}
