using Cozy.Grains.Errors;

namespace Cozy.Grains.Auth;

/// <summary>
/// Slows down who guesses, and not the owner: each address has attempts of its own, all strangers share some more, and
/// a browser that logged in before is no stranger, so that nobody can use up its attempts for it.
/// </summary>
internal sealed class AttemptLimits(
    TimeProvider time, (int Burst, TimeSpan Interval) visitor, (int Burst, TimeSpan Interval) strangers)
{
    private const string Strangers = "";
    private const int MostVisitors = 2000;

    private readonly AttemptBuckets _visitors = new(time, visitor.Burst, visitor.Interval, MostVisitors);
    private readonly AttemptBuckets _strangers = new(time, strangers.Burst, strangers.Interval, capacity: 2);

    /// <summary>
    /// Takes an attempt before it is made, so that attempts made at the same time cannot exceed the limit together.
    /// </summary>
    /// <exception cref="CozyException">TooManyRequests.</exception>
    public void Take(Visitor visitor)
    {
        var key = KeyOf(visitor);
        if (!_visitors.TryTake(key))
            throw TooMany();
        if (visitor.Device is null && !_strangers.TryTake(Strangers))
        {
            _visitors.GiveBack(key);
            throw TooMany();
        }
    }

    /// <summary>The attempt was right.</summary>
    public void Forgive(Visitor visitor)
    {
        _visitors.Forgive(KeyOf(visitor));
        if (visitor.Device is null)
            _strangers.GiveBack(Strangers);
    }

    /// <summary>What every limit says.</summary>
    public static CozyException TooMany() =>
        new(ErrorKind.TooManyRequests, "too_many_attempts", "Too many attempts. Try again later.");

    private static string KeyOf(Visitor visitor) =>
        visitor.Device is { } device ? "device " + device : "address " + AddressGroup.Of(visitor.Address);
}
