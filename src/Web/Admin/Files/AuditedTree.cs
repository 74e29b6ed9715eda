using Cozy.Grains.FileAudits;
using Cozy.Grains.Files;

namespace Cozy.Web.Admin.Files;

/// <summary>The tree that an instance's documents make, and what is wrong with it.</summary>
internal sealed class AuditedTree
{
    private const int MaxDepth = 512;

    private readonly Dictionary<string, AuditedFile> _byId;

    public AuditedTree(IEnumerable<AuditedFile> files) => _byId = files.ToDictionary(file => file.Id, StringComparer.Ordinal);

    /// <summary>All files and folders.</summary>
    public IReadOnlyCollection<AuditedFile> Files => _byId.Values;

    /// <summary>Whether there is a file or folder with an id.</summary>
    public bool Contains(string id) => _byId.ContainsKey(id);

    /// <summary>The path that follows from the names of the folders above; null when they do not lead to the root.</summary>
    public string? PathOf(AuditedFile file)
    {
        if (file.Id == WellKnownFiles.RootId)
            return "/";

        var names = new Stack<string>();
        for (var at = file; at.Id != WellKnownFiles.RootId;)
        {
            names.Push(at.Name);
            if (names.Count > MaxDepth || !_byId.TryGetValue(at.ParentId, out var parent) || !parent.IsDirectory)
                return null;
            at = parent;
        }

        return "/" + string.Join('/', names);
    }

    /// <summary>What is wrong.</summary>
    public IEnumerable<Anomaly> FindAnomalies()
    {
        if (!Contains(WellKnownFiles.RootId))
            yield return new Anomaly(Anomaly.MissingRoot, null) { IsDirectory = true };
        if (!Contains(WellKnownFiles.TrashId))
            yield return new Anomaly(Anomaly.MissingTrash, null) { IsDirectory = true };

        foreach (var file in _byId.Values)
        {
            if (FindAnomaly(file) is { } anomaly)
                yield return anomaly;
        }

        foreach (var names in _byId.Values.GroupBy(file => (file.ParentId, file.Name)).Where(names => names.Count() > 1))
        {
            foreach (var file in names.OrderBy(file => file.Id, StringComparer.Ordinal).Skip(1))
                yield return new Anomaly(Anomaly.DuplicateName, file.Id) { IsDirectory = file.IsDirectory, Path = PathOf(file) };
        }
    }

    private Anomaly? FindAnomaly(AuditedFile file)
    {
        var path = PathOf(file);
        var type = (file, path) switch
        {
            (_, null) => Anomaly.OrphanTree,
            ({ IsDirectory: true }, _) when file.Path != path => Anomaly.BadPath,
            ({ IsDirectory: false, Path: not null }, _) => Anomaly.FileWithPath,
            ({ IsDirectory: false, IsTrashed: true }, _) when !IsInTrash(path) => Anomaly.TrashedElsewhere,
            ({ IsDirectory: false, IsTrashed: false }, _) when IsInTrash(path) => Anomaly.NotTrashed,
            _ => null,
        };
        return type is null
            ? null
            : new Anomaly(type, file.Id)
            {
                IsDirectory = file.IsDirectory,
                Path = file.Path ?? path ?? file.Name,
                ExpectedPath = type == Anomaly.BadPath ? path : null,
            };
    }

    private static bool IsInTrash(string path) =>
        path.StartsWith($"/{WellKnownFiles.TrashName}/", StringComparison.Ordinal);
}
