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

    private const string ConnectorWorker = "konnector";

    /// <summary>The account that a trigger runs a connector for; null for none.</summary>
    public static string? AccountOf(TriggerDocument trigger)
    {
        if (trigger.Worker != ConnectorWorker || trigger.Message.IsEmpty)
            return null;
        var message = JsonElement.Parse(trigger.Message.Span);
        return message.ValueKind == JsonValueKind.Object ? message.Text("account") : null;
    }

    /// <summary>
    /// The job in which a connector clears away what it has at the service; null unless the account was kept for that when
    /// this deletion happened.
    /// </summary>
    public static NewJob? Farewell(Document? kept, DocumentEvent deletion)
    {
        if (kept is null)
            return null;
        using var json = Json.Parse(kept.Members);
        if (json.RootElement.Text("soft_deleted_rev") is not { } revision || json.RootElement.Text("account_type") is not { } connector
            || Revision.Parse(revision).Generation + 1 != Revision.Parse(deletion.Revision!).Generation)
        {
            return null;
        }

        return new NewJob
        {
            Worker = ConnectorWorker,
            Message = JsonSerializer.SerializeToUtf8Bytes(new { account = kept.Id, account_rev = revision, konnector = connector, account_deleted = true }),
            IsManual = true,
            IdempotencyKey = $"account deleted {kept.Id}/{revision}",
        };
    }
}
