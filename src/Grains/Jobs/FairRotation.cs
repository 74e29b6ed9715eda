namespace Cozy.Grains.Jobs;

/// <summary>
/// Whose turn it is: tenants with work take turns, and in each turn a tenant has as many jobs as it weighs. However many
/// jobs one has, another one waits for one turn of each at most. A tenant that jobs are being had from is left out until
/// it says what it has now, so that the places of whoever asks next are for the others.
/// </summary>
internal sealed class FairRotation(TimeProvider time)
{
    /// <summary>A tenant that says nothing for so long never got to know that it was picked: whoever asked has died.</summary>
    public static readonly TimeSpan LongestService = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly LinkedList<Tenant> _turns = new();

    /// <summary>A tenant says how many jobs it has, and may be picked again; 0 ends its turns.</summary>
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

        (tenant.Ready, tenant.Picked, tenant.Weight) = (ready, 0, Math.Max(1, weight));
        if (ready > 0)
            return;
        _turns.Remove(tenant.Place!);
        _tenants.Remove(name);
    }

    /// <summary>Picks whose jobs are next.</summary>
    /// <param name="max">At most so many jobs.</param>
    /// <param name="share">At most so many of one tenant.</param>
    public IReadOnlyList<Pick> Take(int max, int share)
    {
        var counts = new Dictionary<Tenant, int>();
        var next = _turns.First;
        while (max > 0 && next is { Value: var tenant })
        {
            var count = counts.GetValueOrDefault(tenant);
            var most = IsBusy(tenant) ? 0 : Math.Min(Math.Min(tenant.Ready, share - count), max);
            if (most == 0)
            {
                next = next.Next;
                continue;
            }

            var taken = Math.Clamp(tenant.Weight - tenant.Served, 0, most);
            counts[tenant] = count + taken;
            max -= taken;
            tenant.Ready -= taken;
            tenant.Served += taken;
            if (tenant.Served < tenant.Weight)
                continue;

            // Its turn is over; those that were passed over keep their places before all others.
            tenant.Served = 0;
            var after = next.Next ?? next;
            _turns.Remove(next);
            _turns.AddLast(next);
            next = after;
        }

        var picks = counts.Where(picked => picked.Value > 0).ToArray();
        foreach (var (tenant, count) in picks)
            (tenant.Picked, tenant.PickedAt) = (count, time.GetTimestamp());
        return [.. picks.Select(picked => new Pick(picked.Key.Name, picked.Value))];
    }

    private bool IsBusy(Tenant tenant)
    {
        if (tenant.Picked > 0 && time.GetElapsedTime(tenant.PickedAt) >= LongestService)
        {
            tenant.Ready += tenant.Picked;
            tenant.Picked = 0;
        }

        return tenant.Picked > 0;
    }

    private sealed class Tenant(string name)
    {
        public string Name { get; } = name;

        public int Ready { get; set; }

        public int Weight { get; set; } = 1;

        /// <summary>How many jobs it had in this turn.</summary>
        public int Served { get; set; }

        /// <summary>How many jobs are being had from it: since it was picked, and until it says something.</summary>
        public int Picked { get; set; }

        public long PickedAt { get; set; }

        public LinkedListNode<Tenant>? Place { get; set; }
    }
}
