using System.Text.RegularExpressions;
using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.Triggers.Schedules;

namespace Cozy.Grains.Triggers;

/// <summary>A trigger in memory: its document, and what its arguments say.</summary>
internal sealed partial class Trigger
{
    private Trigger(TriggerDocument document, Schedule? schedule, IReadOnlyList<EventRule> rules) =>
        (Document, Schedule, Rules) = (document, schedule, rules);

    public TriggerDocument Document { get; }

    /// <summary>When it is due; null when time does not set it off, or its arguments cannot be read.</summary>
    public Schedule? Schedule { get; }

    /// <summary>Which events set it off.</summary>
    public IReadOnlyList<EventRule> Rules { get; }

    /// <summary>The doctypes whose changes matter to it.</summary>
    public IEnumerable<string> Doctypes =>
        Rules.Select(rule => rule.Doctype).Concat(DeletedAccounts.AccountOf(Document) is null ? [] : [DeletedAccounts.Doctype]);

    /// <summary>When it is due next.</summary>
    public DateTimeOffset? NextDue { get; set; }

    /// <summary>The calls of its webhook of the last hour.</summary>
    public Queue<DateTimeOffset> Calls { get; } = new();

    /// <summary>It is removed when it has run.</summary>
    public bool IsOnce => Document.Type is TriggerTypes.At or TriggerTypes.In;

    /// <summary>Reads a trigger that was kept; what cannot be read any more is never due.</summary>
    public static Trigger Load(TriggerDocument document, TimeZoneInfo zone) =>
        TryRead(document, zone) ?? new Trigger(document, null, []);

    /// <summary>Reads a new or changed trigger.</summary>
    /// <exception cref="CozyException">BadRequest: its arguments are none.</exception>
    public static Trigger Read(TriggerDocument document, TimeZoneInfo zone) => TryRead(document, zone)
        ?? throw CozyException.BadRequest(
            document.Type == TriggerTypes.Event ? "Permission scope is empty or malformed" : "Trigger unparsable", "trigger_unparsable");

    /// <summary>The job it makes.</summary>
    public NewJob NewJob() => new()
    {
        Worker = Document.Worker,
        Message = Document.Message.IsEmpty ? "null"u8.ToArray() : Document.Message,
        Options = Document.Options ?? JobOptions.Default,
        TriggerId = Document.Id,
    };

    private static Trigger? TryRead(TriggerDocument document, TimeZoneInfo zone)
    {
        if (document.Type is TriggerTypes.Webhook or TriggerTypes.Client)
            return new Trigger(document, null, []);
        if (document.Type == TriggerTypes.Event)
            return EventRules.Parse(document.Arguments) is { } rules ? new Trigger(document, null, rules) : null;
        return ScheduleOf(document, zone) is { } schedule ? new Trigger(document, schedule, []) : null;
    }

    private static Schedule? ScheduleOf(TriggerDocument document, TimeZoneInfo zone) => document.Type switch
    {
        TriggerTypes.At => DateTimeOffset.TryParseExact(
            WithoutNanoseconds().Replace(document.Arguments, "$1"), Rfc3339, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at)
            ? new OnceSchedule(at, document.CreatedAt)
            : null,
        TriggerTypes.In => GoDuration.TryParse(document.Arguments, out var wait) ? new OnceSchedule(document.CreatedAt + wait, document.CreatedAt) : null,
        TriggerTypes.Every => GoDuration.TryParse(document.Arguments, out var period) && period > TimeSpan.Zero
            ? new EverySchedule(document.CreatedAt, period)
            : null,
        TriggerTypes.Cron => CronParser.Parse(document.Arguments, zone, document.CreatedAt),
        TriggerTypes.Hourly or TriggerTypes.Daily or TriggerTypes.Weekly or TriggerTypes.Monthly =>
            SpreadParser.Parse(document.Type, document.Arguments, SeedOf(document), zone),
        _ => null,
    };

    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static string SeedOf(TriggerDocument document) =>
        $"{document.InstanceId}\n{document.Worker}\n{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(document.Message.Span))}";

    [GeneratedRegex("(\\.[0-9]{7})[0-9]+")]
    private static partial Regex WithoutNanoseconds();
}
