namespace Cozy.CouchDbServer.Scripts;

/// <summary>What the functions of design documents may cost. They run in an interpreter and reach nothing but their arguments.</summary>
public sealed record ScriptLimits
{
    /// <summary>Whether they run at all; otherwise what needs them is answered 501.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long one call may take: of a map or a filter one document, of a reduce 1,000 rows.</summary>
    public TimeSpan MaxCallTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much one call may allocate, in bytes.</summary>
    public long MaxCallBytes { get; init; } = 64 << 20;

    /// <summary>The largest view that is kept, in bytes of memory; a larger one is refused.</summary>
    public long MaxViewBytes { get; init; } = 256 << 20;

    /// <summary>How much all views may keep together, in bytes of memory; those asked for longest ago are dropped first.</summary>
    public long MaxAllViewsBytes { get; init; } = 512 << 20;
}
