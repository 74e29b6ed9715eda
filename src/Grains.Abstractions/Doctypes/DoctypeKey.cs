namespace Cozy.Grains.Doctypes;

/// <summary>Keys of <see cref="IDoctypeGrain"/>.</summary>
public static class DoctypeKey
{
    /// <summary>The key for a doctype of an instance.</summary>
    public static string Of(string instanceId, string doctype) => $"{instanceId}/{doctype}";

    /// <summary>The instance and the doctype of a key.</summary>
    public static (string InstanceId, string Doctype) Split(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[..slash], key[(slash + 1)..]);
    }
}
