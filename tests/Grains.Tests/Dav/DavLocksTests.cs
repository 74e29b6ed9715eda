using Cozy.Grains.Dav;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Storage.Documents;
using Orleans.Core.Internal;
using Xunit;

namespace Cozy.Grains.Tests.Dav;

public abstract class DavLocksContract(TestSilo silo)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_lock_outlives_the_silo_that_granted_it_and_ends_when_it_is_ended()
    {
        var instance = await silo.CreateInstanceAsync();
        var locks = silo.Of<IDavLocksGrain>(instance);
        var granted = await locks.LockAsync(new DavLockRequest("urn:a", "/a", true, false, "<owner>é</owner>", Hour, 10));
        await locks.LockAsync(new DavLockRequest("urn:b", "/b", false, true, "", Hour, 10));

        await ForgetAsync(locks);
        Assert.Equal([granted], await locks.FindAsync("/a", false));
        Assert.Equal("locked", (await Assert.ThrowsAsync<CozyException>(
            () => locks.LockAsync(new DavLockRequest("urn:c", "/b/c", true, false, "", Hour, 10)).AsTask())).Code);
        Assert.NotNull(await locks.RefreshAsync("/a", ["urn:a"], Hour));
        Assert.True(await locks.UnlockAsync("/a", "urn:a"));
        await locks.DropAsync("/b");

        await ForgetAsync(locks);
        Assert.Empty(await locks.FindAsync("/", true));
    }

    [Fact]
    public async Task A_lock_that_could_not_be_written_down_is_not_granted()
    {
        var instance = await silo.CreateInstanceAsync();
        var locks = silo.Of<IDavLocksGrain>(instance);
        FailingStore.FailOnce(
            silo.Documents, DatabaseName.ForDoctype(instance.Id, WellKnownFiles.Doctype), nameof(IDocumentStore.PutLocalAsync));
        await Assert.ThrowsAsync<CozyException>(() => locks.LockAsync(new DavLockRequest("urn:a", "/a", true, false, "", Hour, 10)).AsTask());
        Assert.Empty(await locks.FindAsync("/", true));
    }

    private static async Task ForgetAsync(IDavLocksGrain locks) =>
        await locks.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
}

public sealed class DavLocksTests(TestSilo silo) : DavLocksContract(silo);

public sealed class FarmDavLocksTests(FarmStoresSilo silo) : DavLocksContract(silo);
