using Orleans.Concurrency;

namespace Cozy.Grains.Apps;

/// <summary>
/// Knows the files of one package. A package's files never change, and instances that install the same share it. One that
/// nobody uses for a while is removed, and may come back with its content in another place. The key is its id, the SHA-256
/// of what was fetched.
/// </summary>
[Alias("cozy.IAppPackageGrain")]
public interface IAppPackageGrain : IGrainWithStringKey
{
    /// <summary>The package; null when there is none.</summary>
    [AlwaysInterleave, Alias("Get")]
    ValueTask<AppPackage?> GetAsync();

    /// <summary>As <see cref="GetAsync"/>, read anew: for who found that the content is gone.</summary>
    [AlwaysInterleave, Alias("Reread")]
    ValueTask<AppPackage?> RereadAsync();
}

/// <summary>A package: one content in the blob store that holds its files one after another.</summary>
/// <param name="Id">The SHA-256 of what was fetched, in hexadecimal digits.</param>
/// <param name="ContentId">The version id of the content, see <see cref="AppPackages"/>.</param>
/// <param name="Files">The files by their path, which has no slash in front.</param>
[GenerateSerializer, Immutable, Alias("cozy.AppPackage")]
public sealed record AppPackage(
    [property: Id(0)] string Id,
    [property: Id(1)] string ContentId,
    [property: Id(2)] IReadOnlyDictionary<string, PackagedFile> Files);

/// <summary>A file of a package.</summary>
/// <param name="Hash">The beginning of the SHA-256 of its content, in hexadecimal digits.</param>
/// <param name="Plain">Where its content is.</param>
/// <param name="Brotli">Where its content is, compressed; null where that does not pay.</param>
/// <param name="Gzip">Where its content is, compressed; null where that does not pay.</param>
[GenerateSerializer, Immutable, Alias("cozy.PackagedFile")]
public sealed record PackagedFile(
    [property: Id(0)] string Hash,
    [property: Id(1)] PackageSlice Plain,
    [property: Id(2)] PackageSlice? Brotli,
    [property: Id(3)] PackageSlice? Gzip);

/// <summary>A part of a package's content.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
[GenerateSerializer, Immutable, Alias("cozy.PackageSlice")]
public readonly record struct PackageSlice([property: Id(0)] long Offset, [property: Id(1)] long Length);

/// <summary>Where packages are in the blob store.</summary>
public static class AppPackages
{
    /// <summary>What stands in the place of an instance's id: packages belong to none.</summary>
    public const string Area = "cozy-app-packages";
}
