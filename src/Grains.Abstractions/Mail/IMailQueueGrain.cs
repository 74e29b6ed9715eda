using Orleans.Concurrency;

namespace Cozy.Grains.Mail;

/// <summary>Sends mail, and tries again as long as it must. The key is 0.</summary>
[Alias("cozy.IMailQueueGrain")]
public interface IMailQueueGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes a mail: when this returns it is durable, and it will be sent at least once, or given up and logged after
    /// <c>Mail:GiveUpAfter</c>.
    /// </summary>
    /// <exception cref="Errors.CozyException">
    /// Unavailable with code <c>mail_disabled</c>: this server sends no mail; Invalid: an address is none.
    /// </exception>
    [AlwaysInterleave, Alias("Add")]
    Task AddAsync(OutgoingMail mail);

    /// <summary>Goes on with what is waiting; called from time to time, because a crash takes the grain's clock with it.</summary>
    [OneWay, AlwaysInterleave, Alias("Wake")]
    Task WakeAsync();
}

/// <summary>A mail to be sent.</summary>
[GenerateSerializer, Immutable, Alias("cozy.OutgoingMail")]
public sealed record OutgoingMail
{
    /// <summary>The instance on whose behalf it is sent.</summary>
    [Id(0)] public required string InstanceId { get; init; }

    /// <summary>To whom.</summary>
    [Id(1)] public required IReadOnlyList<MailAddress> To { get; init; }

    /// <summary>From whom; null for the server's own address.</summary>
    [Id(2)] public MailAddress? From { get; init; }

    /// <summary>Who gets answers; null for the server's setting.</summary>
    [Id(3)] public MailAddress? ReplyTo { get; init; }

    /// <summary>The subject.</summary>
    [Id(4)] public required string Subject { get; init; }

    /// <summary>The body as plain text.</summary>
    [Id(5)] public required string Text { get; init; }

    /// <summary>The body as HTML; null for none.</summary>
    [Id(6)] public string? Html { get; init; }
}

/// <summary>A mail address with the name that goes with it.</summary>
/// <param name="Address">The address, such as <c>alice@example.net</c>.</param>
/// <param name="Name">The name; empty for none.</param>
[GenerateSerializer, Immutable, Alias("cozy.MailAddress")]
public sealed record MailAddress([property: Id(0)] string Address, [property: Id(1)] string Name = "");
