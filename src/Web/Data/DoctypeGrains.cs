using Cozy.Grains.Doctypes;
using Cozy.Web.Http;

namespace Cozy.Web.Data;

/// <summary>References to doctype grains, kept because making one costs more than a local call through it.</summary>
internal sealed class DoctypeGrains(IGrainFactory grains)
{
    private const int Capacity = 10_000;

    private readonly BoundedCache<(string Instance, string Doctype), IDoctypeGrain> _references = new(Capacity);

    /// <summary>The grain of an instance's doctype.</summary>
    public IDoctypeGrain Get(string instanceId, string doctype) => _references.GetOrAdd(
        (instanceId, doctype), grains, static (key, grains) => grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(key.Instance, key.Doctype)));
}
