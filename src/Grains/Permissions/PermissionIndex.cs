using Cozy.Grains.Errors;

namespace Cozy.Grains.Permissions;

/// <summary>The permission documents of an instance, to be found by id, code and source. Only for use on one grain's turns.</summary>
internal sealed class PermissionIndex
{
    private readonly SortedDictionary<string, PermissionDocument> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byCode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byShortCode = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Source), string> _bySource = [];

    public PermissionDocument? Find(string id) => _byId.GetValueOrDefault(id);

    public PermissionDocument? FindBySource(string type, string sourceId) =>
        _bySource.TryGetValue((type, sourceId), out var id) ? _byId[id] : null;

    /// <exception cref="CozyException">BadRequest: several documents have this code.</exception>
    public PermissionDocument? FindByCode(string code) => FindOnly(_byCode, code);

    /// <exception cref="CozyException">BadRequest: several documents have this code.</exception>
    public PermissionDocument? FindByShortCode(string code) => FindOnly(_byShortCode, code);

    /// <summary>Whether a document other than this has one of its short codes.</summary>
    public bool HasOthersShortCode(PermissionDocument document) => document.Codes.Any(code =>
        code.ShortCode is not null && _byShortCode.TryGetValue(code.ShortCode, out var ids) && ids.Any(id => id != document.Id));

    /// <summary>The links, in the order of their ids.</summary>
    public IEnumerable<PermissionDocument> Links => _byId.Values.Where(document => document.Type == PermissionTypes.Share);

    /// <summary>Adds a document, or replaces what is known of it.</summary>
    public void Set(PermissionDocument document)
    {
        Remove(document.Id);
        _byId[document.Id] = document;
        foreach (var code in document.Codes)
        {
            if (code.Code.Length > 0)
                Add(_byCode, code.Code, document.Id);
            if (code.ShortCode is { Length: > 0 } shortCode)
                Add(_byShortCode, shortCode, document.Id);
        }

        // A link says in its source who made it; that gives the maker nothing.
        if (document is { Type: PermissionTypes.App or PermissionTypes.Connector, SourceId: { } source })
            _bySource[(document.Type, source)] = document.Id;
    }

    /// <summary>Forgets a document.</summary>
    public void Remove(string id)
    {
        if (!_byId.Remove(id, out var document))
            return;
        foreach (var code in document.Codes)
        {
            Remove(_byCode, code.Code, id);
            Remove(_byShortCode, code.ShortCode ?? string.Empty, id);
        }

        if (document.SourceId is { } source && _bySource.GetValueOrDefault((document.Type, source)) == id)
            _bySource.Remove((document.Type, source));
    }

    private static void Add(Dictionary<string, List<string>> index, string key, string id)
    {
        if (!index.TryGetValue(key, out var ids))
            index.Add(key, ids = []);
        ids.Add(id);
    }

    private static void Remove(Dictionary<string, List<string>> index, string key, string id)
    {
        if (index.TryGetValue(key, out var ids) && ids.Remove(id) && ids.Count == 0)
            index.Remove(key);
    }

    private PermissionDocument? FindOnly(Dictionary<string, List<string>> index, string key) =>
        !index.TryGetValue(key, out var ids)
            ? null
            : ids is [var only]
                ? _byId[only]
                : throw CozyException.BadRequest("Bad state: several permission docs for this code");
}
