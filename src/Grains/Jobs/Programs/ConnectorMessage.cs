using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>What a connector is told: <c>{konnector, account, folder_to_save, account_deleted, bi_webhook, …}</c>.</summary>
internal sealed record ConnectorMessage(JsonElement Json)
{
    /// <summary>The connector's slug.</summary>
    public string Slug => Workers.JobMessage.Require(Json, "konnector");

    /// <summary>The account's id; null for none.</summary>
    public string? AccountId => Json.Text("account") is { Length: > 0 } id ? id : null;

    /// <summary>The folder for its files, or any word when it still needs one; null when it needs none.</summary>
    public string? Folder => Json.Text("folder_to_save") is { Length: > 0 } id ? id : null;

    /// <summary>The account is gone: what the connector has at the other place is to be cleaned up.</summary>
    public bool IsAccountDeleted => Json.Flag("account_deleted");

    /// <summary>A bank aggregator has called.</summary>
    public bool IsWebhook => Json.Flag("bi_webhook");

    /// <summary>The same with another folder.</summary>
    public ConnectorMessage WithFolder(string id)
    {
        var members = Json.EnumerateObject().Where(member => member.Name != "folder_to_save")
            .ToDictionary(member => member.Name, member => member.Value);
        members.Add("folder_to_save", JsonSerializer.SerializeToElement(id));
        return new ConnectorMessage(JsonSerializer.SerializeToElement(members));
    }
}
