namespace Cozy.Grains.Jobs;

/// <summary>
/// Whose turn it is: tenants with work take turns, and in each turn a tenant has as many jobs as it weighs. However many
/// jobs one has, another one waits for one turn of each at most.
/// </summary>
internal sealed class FairRotation
{
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly LinkedList<Tenant> _turns = new();
    private long _versions;

    /// <summary>Whether somebody has work.</summary>
    public bool IsEmpty => _turns.Count == 0;

    /// <summary>Says how many jobs a tenant has; 0 ends its turns.</summary>
    /// <param name="name">The tenant.</param>
    /// <param name="ready">How many jobs.</param>
    /// <param name="weight">How many it has in each turn; at least 1.</param>
    public void Set(string name, int ready, int weight)
    {
        if (!_tenants.TryGetValue(name, out var tenant))
        {
            if (ready <= 0)
                return;
            _tenants[name] = tenant = new Tenant(name);
            tenant.Place = _turns.AddLast(tenant);
        }

        tenant.Weight = Math.Max(1, weight);
        tenant.Version = ++_versions;
        Correct(tenant, ready);
    }

    /// <summary>Corrects how many jobs a tenant has, unless it has said otherwise since it was picked.</summary>
    public void Correct(Pick pick, int ready)
    {
        if (_tenants.TryGetValue(pick.Tenant, out var tenant) && tenant.Version == pick.Version)
            Correct(tenant, ready);
        else if (tenant is null && ready > 0)
            Set(pick.Tenant, ready, pick.Weight);
    }

    /// <summary>Picks whose jobs are next.</summary>
    /// <param name="max">At most so many jobs.</param>
    public IReadOnlyList<Pick> Take(int max)
    {
        var counts = new Dictionary<Tenant, int>();
        while (max > 0 && _turns.First is { Value: var tenant })
        {
            var share = Math.Min(Math.Min(Math.Max(tenant.Weight - tenant.Served, 0), tenant.Ready), max);
            counts[tenant] = counts.GetValueOrDefault(tenant) + share;
            max -= share;
            tenant.Ready -= share;
            tenant.Served += share;
            if (tenant.Ready == 0)
                Remove(tenant);
            else if (tenant.Served >= tenant.Weight)
                EndTurn(tenant);
        }

        return [.. counts.Select(picked => new Pick(picked.Key.Name, picked.Value, picked.Key.Weight, picked.Key.Version))];
    }

    private void Correct(Tenant tenant, int ready)
    {
        tenant.Ready = ready;
        if (ready <= 0)
            Remove(tenant);
    }

    private void EndTurn(Tenant tenant)
    {
        tenant.Served = 0;
        _turns.Remove(tenant.Place!);
        _turns.AddLast(tenant.Place!);
    }

    private void Remove(Tenant tenant)
    {
        _turns.Remove(tenant.Place!);
        _tenants.Remove(tenant.Name);
    }

    private sealed class Tenant(string name)
    {
        public string Name { get; } = name;

        public int Ready { get; set; }

        public int Weight { get; set; } = 1;

        /// <summary>How many jobs it had in this turn.</summary>
        public int Served { get; set; }

        public long Version { get; set; }

        public LinkedListNode<Tenant>? Place { get; set; }
    }
}

/// <summary>Jobs to be had.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Count">How many.</param>
/// <param name="Weight">How many it has in each turn.</param>
/// <param name="Version">What the tenant had said when it was picked.</param>
internal readonly record struct Pick(string Tenant, int Count, int Weight, long Version);
