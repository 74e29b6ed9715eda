using System.Globalization;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Changes;

internal enum Feed
{
    Normal,
    LongPoll,
    Continuous,
    EventSource,
}

/// <summary>The options of <c>_changes</c>.</summary>
internal sealed record ChangesOptions
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(60);

    public required Feed Feed { get; init; }

    /// <summary>The sequence to start after; null for the beginning, <c>now</c> for the end.</summary>
    public string? Since { get; init; }

    /// <summary>At most so many changes; null for all.</summary>
    public int? Limit { get; init; }

    public bool Descending { get; init; }

    public bool IncludeDocuments { get; init; }

    public bool Conflicts { get; init; }

    /// <summary>How attachments are shown in documents.</summary>
    public AttachmentOptions Attachments { get; init; } = AttachmentOptions.Stubs;

    public bool AllLeaves { get; init; }

    /// <summary>Tell the sequence of every so many-th change only.</summary>
    public int SequenceInterval { get; init; } = 1;

    /// <summary>How long to wait for a change; null for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often to send something while nothing happens; null for never.</summary>
    public TimeSpan? Heartbeat { get; init; }

    public required ChangesFilter Filter { get; init; }

    public static ChangesOptions Parse(QueryOptions query, ChangesFilter filter)
    {
        var heartbeat = ParseHeartbeat(query);
        var timeout = query.Integer("timeout", "Invalid timeout value. Expecting an integer value (in milliseconds).");
        var limit = query.Integer("limit", "Invalid limit value. Expecting an integer value.");
        var interval = query.Integer("seq_interval", "Invalid seq_interval value. Expecting a positive integer value.") ?? 1;
        return new ChangesOptions
        {
            Feed = ParseFeed(query["feed"]),
            Since = ParseSince(query["since"]),
            Limit = limit is >= 0 ? limit : null,
            Descending = query.IsTrue("descending"),
            IncludeDocuments = query.IsTrue("include_docs"),
            Conflicts = query.IsTrue("conflicts"),
            Attachments = new AttachmentOptions(query.IsTrue("attachments"), query.IsTrue("att_encoding_info"), null),
            AllLeaves = query["style"] == "all_docs",
            SequenceInterval = Math.Max(1, interval),
            Timeout = timeout is { } milliseconds ? TimeSpan.FromMilliseconds(Math.Max(0, milliseconds))
                : heartbeat is null ? DefaultWait
                : null,
            Heartbeat = heartbeat,
            Filter = filter,
        };
    }

    private static Feed ParseFeed(string? feed) => feed switch
    {
        null or "" or "normal" => Feed.Normal,
        "longpoll" => Feed.LongPoll,
        "continuous" or "live" => Feed.Continuous,
        "eventsource" => Feed.EventSource,
        _ => throw CouchException.BadRequest(
            "Supported `feed` types: normal, continuous, live, longpoll, eventsource"),
    };

    private static TimeSpan? ParseHeartbeat(QueryOptions query)
    {
        const string Problem = "Invalid heartbeat value. Expecting a positive integer value (in milliseconds).";
        if (query["heartbeat"] is null or "false")
            return null;
        if (query.IsTrue("heartbeat"))
            return DefaultWait;
        return query.Integer("heartbeat", Problem) is > 0 and var milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw CouchException.BadRequest(Problem);
    }

    /// <summary>A number, a sequence, or a sequence as a JSON string.</summary>
    private static string? ParseSince(string? since)
    {
        if (since is null or "now")
            return since;

        var text = since;
        var quoted = since.Length > 2 && since[0] == '"' && since[^1] == '"';
        if (quoted)
            text = since[1..^1];
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var number = dash < 0 ? text : text[..dash];
        if ((quoted && dash < 0) || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            throw CouchException.BadRequest("Malformed sequence supplied in 'since' parameter.");
        return value == 0 ? null : text;
    }
}
