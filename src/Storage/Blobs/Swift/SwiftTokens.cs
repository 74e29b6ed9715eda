namespace Cozy.Storage.Blobs.Swift;

/// <summary>The token in use. However many requests find it expired, one login renews it.</summary>
internal sealed class SwiftTokens(SwiftLogin login) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile SwiftToken? _current;

    /// <summary>The token to use now.</summary>
    /// <param name="refused">The token that was refused; null when none was.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<SwiftToken> GetAsync(SwiftToken? refused, CancellationToken cancellationToken)
    {
        // By reference: a server may hand out the refused token again, and that was a login all the same.
        if (_current is { } token && !ReferenceEquals(token, refused))
            return token;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current is { } renewed && !ReferenceEquals(renewed, refused))
                return renewed;
            return _current = await login.LogInAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
