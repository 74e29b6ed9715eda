using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.Storage;
using Cozy.Grains.Triggers;

namespace Cozy.Grains.Accounts;

/// <summary>The accounts that connectors run for, and what becomes of them when the account or the connector goes.</summary>
internal sealed class ConnectorAccounts(IGrainFactory grains, TimeProvider time)
{
    private const int Attempts = 5;
    private const int PageSize = 200;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>Keeps an account that is about to be deleted, if its connector clears away what it has at the service.</summary>
    public async Task KeepAsync(string instanceId, Document account)
    {
        using var json = Json.Parse(account.Members);
        if (json.RootElement.Text("account_type") is not { Length: > 0 } slug || !AppSlug.IsValid(slug)
            || await grains.GetGrain<IAppsGrain>(instanceId).FindAsync(AppKind.Connector, slug) is not { } connector || !HasFarewell(connector))
        {
            return;
        }

        var kept = Json.Members(writer =>
        {
            foreach (var member in json.RootElement.EnumerateObject().Where(member => member.Name != DeletedAccounts.RevisionMember))
                member.WriteTo(writer);
            writer.WriteString(DeletedAccounts.RevisionMember, account.Revision);
        });
        var documents = DocumentsOf(instanceId, DeletedAccounts.KeptDoctype);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var before = await FindAsync(documents, account.Id);
            if ((await documents.EditAsync([new Edit(account.Id, before?.Revision, false, kept)]))[0].Error is null)
                return;
        }

        throw CozyException.Conflict("Document update conflict.");
    }

    /// <summary>Whether a connector runs for accounts, or has still to say farewell to some.</summary>
    public async Task<bool> HasAnyAsync(string instanceId, InstalledApp connector) =>
        (await FindAsync(instanceId, connector.Slug)).Count > 0 || (HasFarewell(connector) && (await KeptAsync(instanceId, connector.Slug)).Count > 0);

    /// <summary>
    /// Deletes a connector's accounts, and waits until it has cleared away what it has at their service, or failed to. May be
    /// done again after a crash.
    /// </summary>
    public async Task RemoveAsync(string instanceId, InstalledApp connector, CancellationToken cancellationToken)
    {
        await grains.GetGrain<ISchedulerGrain>(instanceId).WatchAccountsAsync();
        foreach (var account in await FindAsync(instanceId, connector.Slug))
            await DeleteAsync(instanceId, account);
        if (!HasFarewell(connector))
            return;

        var queue = grains.GetGrain<IJobQueueGrain>(instanceId);
        foreach (var (id, revision) in await KeptAsync(instanceId, connector.Slug))
        {
            var job = await queue.PushAsync(DeletedAccounts.Farewell(id, revision, connector.Slug));
            while (await queue.GetAsync(job.Id) is { } current && JobDocument.Parse(current).State is JobStates.Queued or JobStates.Running)
                await Task.Delay(Glance, time, cancellationToken);

            // With the connector nobody is left who could use what is kept.
            var kept = DocumentsOf(instanceId, DeletedAccounts.KeptDoctype);
            if (await FindAsync(kept, id) is { } left)
                await kept.EditAsync([new Edit(id, left.Revision, true, default)]);
        }
    }

    private static bool HasFarewell(InstalledApp connector)
    {
        using var manifest = Json.Parse(connector.Members);
        return manifest.RootElement.Text("on_delete_account") is { Length: > 0 };
    }

    /// <summary>The accounts that triggers run the connector for.</summary>
    private async Task<IReadOnlyList<Document>> FindAsync(string instanceId, string slug)
    {
        var accounts = DocumentsOf(instanceId, DeletedAccounts.Doctype);
        var found = new List<Document>();
        var ids = (await grains.GetGrain<ISchedulerGrain>(instanceId).ListAsync())
            .Select(trigger => TriggerDocument.Parse(trigger.Id, trigger.Revision, trigger.Members))
            .Where(trigger => DeletedAccounts.ConnectorOf(trigger) == slug).Select(DeletedAccounts.AccountOf).OfType<string>().Distinct();
        foreach (var id in ids)
        {
            if (await FindAsync(accounts, id) is { } account)
                found.Add(account);
        }

        return found;
    }

    /// <summary>What is kept of deleted accounts of the connector: their ids, and the revisions they had.</summary>
    private async Task<List<(string Id, string Revision)>> KeptAsync(string instanceId, string slug)
    {
        var kept = new List<(string, string)>();
        var documents = DocumentsOf(instanceId, DeletedAccounts.KeptDoctype);
        for (string? after = null; ;)
        {
            ListingPage page;
            try
            {
                page = await documents.ListAsync(new ListingQuery { StartKey = after, Skip = after is null ? 0 : 1, Limit = PageSize, IncludeDocuments = true });
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
            {
                return kept;
            }

            foreach (var row in page.Rows)
            {
                if (row.Members is not { } members)
                    continue;
                using var json = Json.Parse(members);
                if (json.RootElement.Text("account_type") == slug && json.RootElement.Text(DeletedAccounts.RevisionMember) is { } revision)
                    kept.Add((row.Id, revision));
            }

            if (page.Rows.Count < PageSize)
                return kept;
            after = page.Rows[^1].Id;
        }
    }

    private async Task DeleteAsync(string instanceId, Document account)
    {
        var accounts = DocumentsOf(instanceId, DeletedAccounts.Doctype);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            await KeepAsync(instanceId, account);
            if ((await accounts.EditAsync([new Edit(account.Id, account.Revision, true, default)]))[0].Error is null)
                return;
            if (await FindAsync(accounts, account.Id) is not { } current)
                return;
            account = current;
        }

        throw CozyException.Conflict("An account of the connector is being changed.");
    }

    private static async Task<Document?> FindAsync(IDoctypeGrain documents, string id)
    {
        try
        {
            return await documents.ReadAsync(id) is { Deleted: false } found ? found : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private IDoctypeGrain DocumentsOf(string instanceId, string doctype) => grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, doctype));
}
