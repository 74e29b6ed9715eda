using Cozy.Grains.Apps.Packages;

namespace Cozy.Grains.Apps.Sources;

/// <summary>What was fetched from a source: the files, not kept yet.</summary>
/// <param name="Id">The SHA-256 of what was fetched, in hexadecimal digits.</param>
/// <param name="Manifest">The manifest as it was fetched.</param>
/// <param name="Files">The files.</param>
internal sealed record FetchedPackage(string Id, ReadOnlyMemory<byte> Manifest, PackageSpool Files) : IDisposable
{
    public void Dispose() => Files.Dispose();
}
