using Cozy.Grains.Jobs;
using Orleans.Concurrency;

namespace Cozy.Grains.Triggers;

/// <summary>A trigger to be added.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewTrigger")]
public sealed record NewTrigger
{
    /// <summary>Its id, chosen by the caller so that adding it twice is harmless; null to choose one.</summary>
    [Id(0)] public string? Id { get; init; }

    /// <summary>What sets it off, one of <see cref="TriggerTypes"/>.</summary>
    [Id(1)] public required string Type { get; init; }

    /// <summary>When, or which events; by its type.</summary>
    [Id(2)] public string Arguments { get; init; } = "";

    /// <summary>Which worker gets the job.</summary>
    [Id(3)] public required string Worker { get; init; }

    /// <summary>What the worker is told: any JSON.</summary>
    [Id(4)] public ReadOnlyMemory<byte> Message { get; init; } = "null"u8.ToArray();

    /// <summary>Events and calls within this time (<c>10m</c>) make one job; empty for none.</summary>
    [Id(5)] public string Debounce { get; init; } = "";

    /// <summary>How the jobs are run; null for as the worker's type says.</summary>
    [Id(6)] public JobOptions? Options { get; init; }

    /// <summary>The app that adds it, by its slug; null for none.</summary>
    [Id(7)] public string? CreatedByApp { get; init; }

    /// <summary>Calls of the webhook must be signed; null for they need not.</summary>
    [Id(8)] public NewSignature? Signature { get; init; }
}

/// <summary>How calls of a webhook are signed: the HMAC-SHA-256 of the body, in hex, perhaps behind <c>sha256=</c>.</summary>
/// <param name="Header">The header that has it, such as <c>X-Hub-Signature-256</c>.</param>
/// <param name="Secret">The key.</param>
[GenerateSerializer, Immutable, Alias("cozy.NewSignature")]
public sealed record NewSignature([property: Id(0)] string Header, [property: Id(1)] string Secret);

/// <summary>A call of a webhook.</summary>
/// <param name="Body">What was posted; empty for nothing.</param>
/// <param name="IsManual">A person waits for it.</param>
/// <param name="Headers">The headers that may have a signature, by their names in lower case.</param>
[GenerateSerializer, Immutable, Alias("cozy.WebhookCall")]
public sealed record WebhookCall(
    [property: Id(0)] ReadOnlyMemory<byte> Body,
    [property: Id(1)] bool IsManual,
    [property: Id(2)] IReadOnlyDictionary<string, string> Headers);

/// <summary>What sets triggers off.</summary>
public static class TriggerTypes
{
    /// <summary>A moment.</summary>
    public const string At = "@at";

    /// <summary>A moment, counted from when the trigger was added.</summary>
    public const string In = "@in";

    /// <summary>Again and again after the same time.</summary>
    public const string Every = "@every";

    /// <summary>Times of a calendar.</summary>
    public const string Cron = "@cron";

    /// <summary>Once in an hour.</summary>
    public const string Hourly = "@hourly";

    /// <summary>Once in a day.</summary>
    public const string Daily = "@daily";

    /// <summary>Once in a week.</summary>
    public const string Weekly = "@weekly";

    /// <summary>Once in a month.</summary>
    public const string Monthly = "@monthly";

    /// <summary>Changes of documents.</summary>
    public const string Event = "@event";

    /// <summary>Calls from outside.</summary>
    public const string Webhook = "@webhook";

    /// <summary>An app.</summary>
    public const string Client = "@client";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [At, In, Every, Cron, Hourly, Daily, Weekly, Monthly, Event, Webhook, Client];
}
