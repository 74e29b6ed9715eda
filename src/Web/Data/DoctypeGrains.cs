using Cozy.Grains.Doctypes;
using Cozy.Storage.Documents;
using Cozy.Web.Http;

namespace Cozy.Web.Data;

/// <summary>References to doctype grains, kept because making one costs more than a local call through it.</summary>
internal sealed class DoctypeGrains(IGrainFactory grains)
{
    private const int Capacity = 10_000;

    private readonly BoundedCache<(string Instance, string Doctype), IDoctypeGrain> _references = new(Capacity);
    private readonly BoundedCache<DatabaseName, IDoctypeGrain> _byDatabase = new(Capacity);

    /// <summary>The grain of an instance's doctype.</summary>
    public IDoctypeGrain Get(string instanceId, string doctype) => _references.GetOrAdd(
        (instanceId, doctype), grains, static (key, grains) => grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(key.Instance, key.Doctype)));

    /// <summary>The grain of an instance's database. A doctype has no dash, so the name of its database tells it.</summary>
    public IDoctypeGrain Get(DatabaseName database) => _byDatabase.GetOrAdd(
        database, this, static (key, self) => self.Get(key.Partition, key.Name.Replace('-', '.')));
}
