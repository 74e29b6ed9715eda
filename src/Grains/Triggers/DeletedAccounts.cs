using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Jobs;
using Cozy.Grains.Realtime;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Triggers;

/// <summary>What belongs to accounts (<c>io.cozy.accounts</c>), and so goes when they go.</summary>
internal static class DeletedAccounts
{
    /// <summary>The doctype of accounts.</summary>
    public const string Doctype = "io.cozy.accounts";

    /// <summary>Accounts that are kept for their connectors after they were deleted.</summary>
    public const string KeptDoctype = "io.cozy.accounts.soft_deleted";

    /// <summary>Of a kept account: the revision that was deleted.</summary>
    public const string RevisionMember = "soft_deleted_rev";

    private const string ConnectorWorker = "konnector";

    /// <summary>The account that a trigger runs a connector for; null for none.</summary>
    public static string? AccountOf(TriggerDocument trigger) => MemberOf(trigger, "account");

    /// <summary>The connector that a trigger runs; null for none.</summary>
    public static string? ConnectorOf(TriggerDocument trigger) => MemberOf(trigger, ConnectorWorker);

    /// <summary>
    /// The job in which a connector clears away what it has at the service; null unless the account was kept for that when
    /// this deletion happened.
    /// </summary>
    public static NewJob? Farewell(Document? kept, DocumentEvent deletion)
    {
        if (kept is null)
            return null;
        using var json = Json.Parse(kept.Members);
        if (json.RootElement.Text(RevisionMember) is not { } revision || json.RootElement.Text("account_type") is not { } connector
            || Revision.Parse(revision).Generation + 1 != Revision.Parse(deletion.Revision!).Generation)
        {
            return null;
        }

        return Farewell(kept.Id, revision, connector);
    }

    /// <summary>That job; asked for twice it is done once.</summary>
    /// <param name="account">The account.</param>
    /// <param name="revision">The revision that was deleted.</param>
    /// <param name="connector">Its connector.</param>
    public static NewJob Farewell(string account, string revision, string connector) => new()
    {
        Worker = ConnectorWorker,
        Message = JsonSerializer.SerializeToUtf8Bytes(new { account, account_rev = revision, konnector = connector, account_deleted = true }),
        IsManual = true,
        IdempotencyKey = $"account deleted {account}/{revision}",
    };

    private static string? MemberOf(TriggerDocument trigger, string name)
    {
        if (trigger.Worker != ConnectorWorker || trigger.Message.IsEmpty)
            return null;
        var message = JsonElement.Parse(trigger.Message.Span);
        return message.ValueKind == JsonValueKind.Object ? message.Text(name) : null;
    }
}
