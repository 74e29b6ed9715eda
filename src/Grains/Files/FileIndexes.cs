using System.Text;

namespace Cozy.Grains.Files;

/// <summary>The indexes that apps find on the files of every instance.</summary>
internal static class FileIndexes
{
    private static readonly (string Name, string[] Fields)[] All =
    [
        ("dir-children", ["dir_id", "_id"]),
        ("dir-by-path", ["path"]),
        ("by-mime-updated-at", ["mime", "trashed", "updated_at"]),
        ("with-conflicts", ["_conflicts"]),
        ("by-sharing-status", ["metadata.sharing.status"]),
        ("by-dir-id-updated-at", ["dir_id", "updated_at"]),
    ];

    /// <summary>The bodies of the requests that make them.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Bodies => All.Select(index => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(
        $$"""{"index":{"fields":[{{string.Join(',', index.Fields.Select(name => $"\"{name}\""))}}]},"ddoc":"{{index.Name}}","name":"{{index.Name}}"}"""));
}
