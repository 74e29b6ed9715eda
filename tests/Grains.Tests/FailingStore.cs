using System.Collections.Concurrent;
using System.Reflection;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Tests;

/// <summary>Passes calls on to a store, but for those that a test wants to fail.</summary>
public class FailingStore : DispatchProxy
{
    private readonly ConcurrentDictionary<(DatabaseName Database, string Method), bool> _failing = new();
    private IDocumentStore _store = null!;

    /// <summary>Puts one in front of a store.</summary>
    public static IDocumentStore Around(IDocumentStore store)
    {
        var proxy = Create<IDocumentStore, FailingStore>();
        ((FailingStore)(object)proxy)._store = store;
        return proxy;
    }

    /// <summary>Has the next call of a method for a database fail, as when the store cannot be reached.</summary>
    /// <param name="store">What <see cref="Around"/> returned.</param>
    /// <param name="database">The database.</param>
    /// <param name="method">The method.</param>
    /// <param name="isDone">It does what it is to do, and only the answer is lost. For methods that return a text.</param>
    public static void FailOnce(IDocumentStore store, DatabaseName database, string method, bool isDone = false) =>
        ((FailingStore)(object)store)._failing[(database, method)] = isDone;

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args is not [DatabaseName database, ..] || !_failing.TryRemove((database, targetMethod!.Name), out var isDone))
            return targetMethod!.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (!isDone)
            throw Failure();
        return LoseAsync((Task<string>)targetMethod.Invoke(_store, args)!);
    }

    private static async Task<string> LoseAsync(Task<string> answer)
    {
        await answer;
        throw Failure();
    }

    private static DocumentStoreException Failure() => new(StoreError.Unavailable, "unavailable", "The test says so.");
}
