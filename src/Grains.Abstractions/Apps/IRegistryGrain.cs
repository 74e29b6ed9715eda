using Orleans.Concurrency;

namespace Cozy.Grains.Apps;

/// <summary>
/// What apps there are to install: asks the registries of a context, and where none is configured the apps that are shipped
/// with the program. Answers are remembered for a while. The key is the context's name, or <c>default</c>.
/// </summary>
/// <remarks>A method fails with Unavailable when a registry cannot be reached and no earlier answer is known.</remarks>
[Alias("cozy.IRegistryGrain")]
public interface IRegistryGrain : IGrainWithStringKey
{
    /// <summary>A page of the list, as registries write it.</summary>
    /// <param name="query">The request's query, with its question mark.</param>
    /// <param name="root">The address that addresses in the answer begin with.</param>
    [AlwaysInterleave, Alias("List")]
    Task<RegistryAnswer> ListAsync(string query, string root);

    /// <summary>The apps under maintenance, a JSON array.</summary>
    [AlwaysInterleave, Alias("ListMaintenance")]
    Task<RegistryAnswer> ListMaintenanceAsync();

    /// <summary>An app with its versions; null when nobody knows it.</summary>
    [AlwaysInterleave, Alias("FindApp")]
    Task<RegistryAnswer?> FindAppAsync(string slug, string root);

    /// <summary>A version of an app; null when nobody knows it.</summary>
    /// <param name="slug">The app.</param>
    /// <param name="version">The version, or <c>channel/latest</c>.</param>
    /// <param name="root">The address that addresses in the answer begin with.</param>
    [AlwaysInterleave, Alias("FindVersion")]
    Task<RegistryAnswer?> FindVersionAsync(string slug, string version, string root);

    /// <summary>An icon or a picture of an app; null when there is none.</summary>
    /// <param name="slug">The app.</param>
    /// <param name="version">Of which version; null for the newest.</param>
    /// <param name="name"><c>icon</c>, <c>partnership_icon</c> or <c>screenshots/…</c>.</param>
    [AlwaysInterleave, Alias("FindPicture")]
    Task<RegistryAnswer?> FindPictureAsync(string slug, string? version, string name);

    /// <summary>The package of a shipped app, kept from now on; null when none is shipped under this name and version.</summary>
    [AlwaysInterleave, Alias("KeepShipped")]
    Task<string?> KeepShippedAsync(string slug, string version);

    /// <summary>Apps that could be installed to serve an intent; none when the registry does not answer.</summary>
    [AlwaysInterleave, Alias("FindForIntent")]
    Task<IReadOnlyList<OfferedApp>> FindForIntentAsync(string action, string type);
}

/// <summary>What a registry answered.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Body">Its body.</param>
[GenerateSerializer, Immutable, Alias("cozy.RegistryAnswer")]
public sealed record RegistryAnswer(
    [property: Id(0)] string ContentType,
    [property: Id(1)] ReadOnlyMemory<byte> Body);

/// <summary>An app that can be installed.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="Name">Its name.</param>
[GenerateSerializer, Immutable, Alias("cozy.OfferedApp")]
public sealed record OfferedApp([property: Id(0)] string Slug, [property: Id(1)] string Name);
