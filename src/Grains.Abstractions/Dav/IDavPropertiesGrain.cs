using Orleans.Concurrency;

namespace Cozy.Grains.Dav;

/// <summary>
/// Keeps the properties that WebDAV clients set on files and folders and that mean nothing to the server. The key is
/// the instance's id. They belong to the file's id, so that they go where the file is moved.
/// </summary>
[Alias("cozy.IDavPropertiesGrain")]
public interface IDavPropertiesGrain : IGrainWithStringKey
{
    /// <summary>The properties of files and folders; those that have none are left out.</summary>
    [AlwaysInterleave, Alias("Find")]
    Task<IReadOnlyList<DavProperties>> FindAsync(IReadOnlyList<string> fileIds);

    /// <summary>Applies changes in their order, all or none. Repeating them does nothing.</summary>
    /// <exception cref="Errors.CozyException">
    /// InsufficientStorage: the properties would take more than <paramref name="maxBytes"/>; Conflict: they are
    /// changed by too many at once.
    /// </exception>
    [AlwaysInterleave, Alias("Change")]
    Task ChangeAsync(string fileId, IReadOnlyList<DavPropertyChange> changes, int maxBytes);

    /// <summary>Removes all properties of files and folders that are destroyed.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync(IReadOnlyList<string> fileIds);
}

/// <summary>The properties of one file or folder.</summary>
/// <param name="FileId">Its id.</param>
/// <param name="Properties">Its properties.</param>
[GenerateSerializer, Immutable, Alias("cozy.DavProperties")]
public sealed record DavProperties(
    [property: Id(0)] string FileId, [property: Id(1)] IReadOnlyList<DavProperty> Properties);

/// <summary>A property.</summary>
/// <param name="Namespace">The namespace of its name; may be empty.</param>
/// <param name="Name">Its name without the namespace.</param>
/// <param name="Xml">Its element, which needs nothing of what is around it.</param>
[GenerateSerializer, Immutable, Alias("cozy.DavProperty")]
public sealed record DavProperty(
    [property: Id(0)] string Namespace, [property: Id(1)] string Name, [property: Id(2)] string Xml);

/// <summary>A property to set or to remove.</summary>
/// <param name="Namespace">The namespace of its name; may be empty.</param>
/// <param name="Name">Its name without the namespace.</param>
/// <param name="Xml">Its element; null to remove it, which is no failure when it does not exist.</param>
[GenerateSerializer, Immutable, Alias("cozy.DavPropertyChange")]
public sealed record DavPropertyChange(
    [property: Id(0)] string Namespace, [property: Id(1)] string Name, [property: Id(2)] string? Xml);
