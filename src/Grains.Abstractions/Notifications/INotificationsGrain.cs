using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Notifications;

/// <summary>
/// What the owner of an instance is told (<c>io.cozy.notifications</c>), and by which way. The key is the instance's id.
/// </summary>
[Alias("cozy.INotificationsGrain")]
public interface INotificationsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Keeps a notification and has it sent, unless its category says that it was sent already. Both are durable when this
    /// returns.
    /// </summary>
    /// <returns>Its document; of one that is not sent again the document that it was sent with.</returns>
    /// <exception cref="Errors.CozyException">
    /// Forbidden: the sender has no such category; BadRequest: it has no title; TooLarge; NotFound: the app.
    /// </exception>
    [Alias("Send")]
    Task<Document> SendAsync(NewNotification notification);

    /// <summary>
    /// Tells the owner that the files take nearly all the room there is, once until that is over (<c>disk-quota</c>). Mails
    /// and devices are told at most once a week. What is told is durable when this returns; telling it again is harmless.
    /// </summary>
    /// <param name="isNearlyFull">Whether there is little room; false takes back what was told.</param>
    [Alias("TellOfDiskUsage")]
    Task TellOfDiskUsageAsync(bool isNearlyFull);
}

/// <summary>A notification to be sent.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewNotification")]
public sealed record NewNotification
{
    /// <summary>The <see cref="Originator"/> of what the server and its operator say.</summary>
    public const string OfServer = "stack";

    /// <summary>Its id, chosen by the caller so that sending it twice is harmless.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary><c>app</c>, <c>konnector</c>, <c>oauth</c>, or <see cref="OfServer"/>.</summary>
    [Id(1)] public required string Originator { get; init; }

    /// <summary>The slug of the app or connector, or the id of the OAuth client.</summary>
    [Id(2)] public required string Sender { get; init; }

    /// <summary>A category of the sender's manifest.</summary>
    [Id(3)] public required string Category { get; init; }

    /// <summary>What within the category; empty for nothing.</summary>
    [Id(4)] public string CategoryId { get; init; } = "";

    /// <summary>The title.</summary>
    [Id(5)] public required string Title { get; init; }

    /// <summary>A short text.</summary>
    [Id(6)] public string? Message { get; init; }

    /// <summary><c>normal</c> or <c>high</c>.</summary>
    [Id(7)] public string? Priority { get; init; }

    /// <summary>A sound of the device.</summary>
    [Id(8)] public string? Sound { get; init; }

    /// <summary>
    /// Of a category with states: what state this is about, as JSON. <c>false</c> and <c>0</c> mean that what there was to tell
    /// is over: that is kept and not sent.
    /// </summary>
    [Id(9)] public string? State { get; init; }

    /// <summary>Anything for the device, a JSON object; empty for nothing.</summary>
    [Id(10)] public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>By which ways, in this order: <c>mobile</c>, <c>sms</c>, <c>mail</c>. The mail is tried in any case.</summary>
    [Id(11)] public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Not before this time; null for at once.</summary>
    [Id(12)] public DateTimeOffset? At { get; init; }

    /// <summary>The mail as text.</summary>
    [Id(13)] public string? Content { get; init; }

    /// <summary>The mail as HTML.</summary>
    [Id(14)] public string? ContentHtml { get; init; }

    /// <summary>From the server: the category as a manifest would have it, a JSON object; empty for one without rules.</summary>
    [Id(15)] public ReadOnlyMemory<byte> CategoryRules { get; init; }
}
