using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>A folder to make.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewDirectory")]
public sealed record NewDirectory
{
    /// <summary>The parent folder's id.</summary>
    [Id(0)] public string ParentId { get; init; } = WellKnownFiles.RootId;

    /// <summary>Its name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>Words to find it by.</summary>
    [Id(2)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>When it was made; null for now.</summary>
    [Id(3)] public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed; null for now.</summary>
    [Id(4)] public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Who makes it.</summary>
    [Id(5)] public FileAuthor Author { get; init; } = FileAuthor.Server;

    /// <summary>Its <c>metadata</c>, a JSON object; null for none.</summary>
    [Id(6)] public ReadOnlyMemory<byte>? Metadata { get; init; }
}
