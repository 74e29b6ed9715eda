namespace Cozy.Grains.Triggers;

/// <summary>The triggers of an instance in memory, and how far they have come.</summary>
internal sealed class LoadedTriggers(TimeZoneInfo zone, SchedulerState state)
{
    private readonly Dictionary<string, Trigger> _byId = new(StringComparer.Ordinal);

    /// <summary>The time zone of the owner.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>How far they have come, as it is written down.</summary>
    public SchedulerState State { get; set; } = state;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Trigger> All => _byId.Values;

    /// <summary>The doctypes of which somebody wants to hear.</summary>
    public IReadOnlySet<string> Doctypes
    {
        get
        {
            var doctypes = All.SelectMany(trigger => trigger.Doctypes).ToHashSet(StringComparer.Ordinal);
            if (WatchesAccounts)
                doctypes.Add(DeletedAccounts.Doctype);
            return doctypes;
        }
    }

    /// <summary>Whether something is to be done when an account is deleted; once so, always.</summary>
    public bool WatchesAccounts => State.Cursors.ContainsKey(DeletedAccounts.Doctype);

    /// <summary>When something is to be done next; null for never.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            var next = All.Min(trigger => trigger.NextDue);
            foreach (var gathered in State.Gathered.Values)
                next = next is null || gathered.Due < next ? gathered.Due : next;
            return next;
        }
    }

    /// <summary>A trigger; null when there is none.</summary>
    public Trigger? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a trigger, or puts it in the place of the one with its id.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="now">Whoever was changed later than this was so while the clock was wrong.</param>
    public void Set(Trigger trigger, DateTimeOffset now)
    {
        _byId[trigger.Document.Id] = trigger;
        var changed = trigger.Document.UpdatedAt < now ? trigger.Document.UpdatedAt : now;
        Plan(trigger, changed > State.HandledUntil ? changed : State.HandledUntil);
    }

    /// <summary>Forgets a trigger.</summary>
    public void Remove(string id) => _byId.Remove(id);

    /// <summary>Finds out when a trigger is due after a time.</summary>
    public static void Plan(Trigger trigger, DateTimeOffset after) => trigger.NextDue = trigger.Schedule?.Next(after);

    /// <summary>
    /// What may be called handled when these have run: all before the earliest that has not.
    /// </summary>
    public DateTimeOffset HandledWithout(IReadOnlyCollection<Trigger> running, DateTimeOffset now)
    {
        var left = All.Where(trigger => trigger.NextDue <= now && !trigger.IsOnce && !running.Contains(trigger)).Min(trigger => trigger.NextDue);
        return left is { } earliest && earliest <= now ? earliest - TimeSpan.FromTicks(1) : now;
    }
}
