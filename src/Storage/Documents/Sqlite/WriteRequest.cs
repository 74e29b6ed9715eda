namespace Cozy.Storage.Documents.Sqlite;

/// <summary>One caller's write, waiting for its place in a transaction.</summary>
internal abstract class WriteRequest(long bytes, bool exclusive, CancellationToken cancellationToken)
{
    /// <summary>How much memory it holds on to.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>It works on the file itself, alone and outside any transaction.</summary>
    public bool IsExclusive { get; } = exclusive;

    /// <summary>The caller gave up before it began.</summary>
    public bool IsCancelled => CancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Does the work inside the transaction.</summary>
    public abstract void Execute(SqliteSession? session);

    /// <summary>Tells the caller that its work is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    public abstract void Cancel();
}

/// <inheritdoc/>
internal sealed class WriteRequest<T>(
    Func<SqliteSession?, T> work, long bytes, bool exclusive, CancellationToken cancellationToken)
    : WriteRequest(bytes, exclusive, cancellationToken)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Completion => _completion.Task;

    public override void Execute(SqliteSession? session) => _result = work(session);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(Exception failure) => _completion.TrySetException(failure);

    public override void Cancel() => _completion.TrySetCanceled(CancellationToken);
}
