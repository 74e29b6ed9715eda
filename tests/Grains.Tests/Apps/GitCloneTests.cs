using Cozy.Grains.Apps.Sources;
using Cozy.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Apps;

public sealed class GitCloneTests
{
    [Fact]
    public async Task Git_is_ended_also_while_it_says_nothing()
    {
        await using var repositories = await GitRepositories.ServeAsync();
        await repositories.MakeBombAsync("hollow", isHollow: true);
        using var clone = await GitClone.MakeAsync(
            new Uri(repositories.AddressOf("hollow.git")), 1_000_000, TestContext.Current.CancellationToken);

        // Counting the folders would take Git hours; what ends it is that nobody waits any longer.
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var reading = Task.Run(() => clone.Read(static archive => archive.CopyTo(Stream.Null), patience.Token), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reading.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }
}
