using Cozy.Storage.Blobs.LocalDisk;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.LocalDisk;

/// <summary>The same store, told to hash again what it wrote.</summary>
public sealed class VerifyingLocalDiskTests : LocalDiskBlobStoreTests
{
    private protected override bool ChecksMd5 => true;

    private protected override LocalDiskOptions Options => new() { Directory = base.Options.Directory, VerifyMd5 = true };
}
