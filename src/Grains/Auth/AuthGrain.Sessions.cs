using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Grains.Instances;
using Cozy.Grains.Mail.Languages;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Auth;

/// <summary>Browser sessions and what the owner can read of them.</summary>
internal sealed partial class AuthGrain
{
    /// <summary>How often the last use of a session is written down.</summary>
    private static readonly TimeSpan LastSeenPrecision = TimeSpan.FromDays(1);

    private static readonly TimeSpan ShortRun = TimeSpan.FromMinutes(5);

    private readonly SessionDocuments _sessionDocuments;
    private readonly HistoryDocuments _logins;
    private readonly HistoryDocuments _events;
    private readonly Dictionary<string, Session> _sessions = [];

    public async Task<Session> OpenSessionAsync(SessionRequest request)
    {
        var session = await StartSessionAsync(request);
        if (request.Visitor.Device is null && _options.LoginMails && await Instance.GetAsync() is { } instance)
        {
            var facts = new LoginFacts(session.Browser, session.System, session.Address, InZoneOf(instance, session.CreatedAt));
            var page = PageOf(instance, request.Visitor, "auth/security");
            await TellAsync(instance, (texts, name, domain) => texts.NewDevice(name, domain, facts, page));
        }

        return session;
    }

    public async ValueTask<Session?> FindSessionAsync(string sessionId)
    {
        if (!_sessions.TryGetValue(sessionId, out var session))
        {
            session = await _sessionDocuments.ReadAsync(sessionId);
            if (session is null)
                return null;
            _sessions[sessionId] = session;
        }

        var now = _time.GetUtcNow();
        if (HasEnded(session, now))
        {
            await LogoutAsync(sessionId);
            return null;
        }

        if (now - session.LastSeen > LastSeenPrecision)
        {
            session = session with { LastSeen = now };
            _sessions[sessionId] = session;
            _sessions[sessionId] = session = await _sessionDocuments.WriteAsync(session);
        }

        return session;
    }

    public async Task<IReadOnlyList<Session>> ListSessionsAsync()
    {
        var now = _time.GetUtcNow();
        var sessions = await _sessionDocuments.ListAsync();
        foreach (var ended in sessions.Where(session => HasEnded(session, now)))
            await LogoutAsync(ended.Id);
        return [.. sessions.Where(session => !HasEnded(session, now)).OrderByDescending(session => session.LastSeen)];
    }

    public async Task LogoutAsync(string sessionId)
    {
        await _sessionDocuments.DeleteAsync(sessionId);
        _sessions.Remove(sessionId);
    }

    public async Task LogoutOthersAsync(string? keptSessionId)
    {
        await EndSessionsAsync(keptSessionId);
        await DistrustDevicesAsync();
        await RecordAsync(new SecurityEvent { Event = SecurityEvents.LogoutOthers });
    }

    public async Task LogoutProviderSessionsAsync(string? providerSession)
    {
        var ended = (await _sessionDocuments.ListAsync())
            .Where(session => session.ProviderSession is { } own && (providerSession is null || own == providerSession));
        foreach (var session in ended)
            await LogoutAsync(session.Id);
    }

    public Task RecordAsync(SecurityEvent happened) => _events.AddAsync(json =>
    {
        json.WriteString("event", happened.Event);
        json.WriteTime("created_at", _time.GetUtcNow());
        json.WriteOptional("subject", happened.Subject);
        json.WriteOptional("ip", happened.Visitor.Address);
        json.WriteOptional("user_agent", Shorten(happened.Visitor.UserAgent));
    });

    public Task<IReadOnlyList<SecurityEvent>> ListEventsAsync(int limit) =>
        _events.ListAsync(Math.Clamp(limit, 1, 1000), static json => new SecurityEvent
        {
            Event = json.Text("event") ?? "",
            At = json.Time("created_at") ?? default,
            Subject = json.Text("subject"),
            Visitor = new Visitor { Address = json.Text("ip") ?? "", UserAgent = json.Text("user_agent") ?? "" },
        });

    private async Task<Session> StartSessionAsync(SessionRequest request)
    {
        var now = _time.GetUtcNow();
        var visitor = request.Visitor;
        var session = await _sessionDocuments.WriteAsync(new Session
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            CreatedAt = now,
            LastSeen = now,
            LongRun = request.LongRun,
            ShortRun = request.ShortRun && !request.LongRun,
            Browser = UserAgents.BrowserOf(visitor.UserAgent),
            System = UserAgents.SystemOf(visitor.UserAgent),
            Address = visitor.Address,
            ProviderSession = request.ProviderSession,
        });
        _sessions[session.Id] = session;
        await _logins.AddAsync(json => WriteLogin(json, session, visitor));
        await RecordAsync(new SecurityEvent { Event = SecurityEvents.Login, Visitor = visitor });
        return session;
    }

    // The fields of cozy-stack.
    private static void WriteLogin(Utf8JsonWriter json, Session session, Visitor visitor)
    {
        json.WriteString("session_id", session.Id);
        json.WriteString("ip", visitor.Address);
        json.WriteString("user_agent", Shorten(visitor.UserAgent));
        json.WriteString("os", session.System);
        json.WriteString("browser", session.Browser);
        json.WriteBoolean("client_registration", false);
        json.WriteTime("created_at", session.CreatedAt);
    }

    private async Task EndSessionsAsync(string? keptSessionId)
    {
        while (true)
        {
            var others = (await _sessionDocuments.ListAsync()).Where(session => session.Id != keptSessionId).ToArray();
            foreach (var session in others)
                await LogoutAsync(session.Id);
            if (others.Length == 0)
                return;
        }
    }

    private bool HasEnded(Session session, DateTimeOffset now) =>
        now - session.LastSeen > _options.SessionLifetime || (session.ShortRun && now - session.CreatedAt > ShortRun);

    private static string Shorten(string text) => text.Length <= 512 ? text : text[..512];

    private static DateTimeOffset InZoneOf(Instance instance, DateTimeOffset time) =>
        !string.IsNullOrEmpty(instance.TimeZone) && TimeZoneInfo.TryFindSystemTimeZoneById(instance.TimeZone, out var zone)
            ? TimeZoneInfo.ConvertTime(time, zone)
            : time;
}
