namespace Cozy.Grains.Doctypes;

/// <summary>Knows which doctypes an instance has documents of. The key is the instance's id.</summary>
[Alias("cozy.IDoctypeListGrain")]
public interface IDoctypeListGrain : IGrainWithStringKey
{
    /// <summary>The doctypes that have a database, in the order of their names.</summary>
    [Alias("List")]
    Task<IReadOnlyList<string>> ListAsync();
}
