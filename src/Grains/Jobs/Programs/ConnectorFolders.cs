using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Grains.Storage;
using Cozy.Grains.Triggers;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Gives a connector the folder that its files go to, and the permission to write there.</summary>
internal sealed class ConnectorFolders(IGrainFactory grains)
{
    private const string Accounts = "io.cozy.accounts";
    private const string AccountIdentifier = "io.cozy.accounts.sourceAccountIdentifier";
    private const string RightTitle = "referenced folders";
    private const int MostFolders = 100;

    /// <summary>
    /// Finds the folder: the one that is named, if it is there; else the only one that belongs to the connector; else one is
    /// made where the account says, or by the connector's and the account's names. Doing it again finds the same.
    /// </summary>
    /// <returns>The message with the folder's id.</returns>
    public async Task<ConnectorMessage> PrepareAsync(
        JobRun job, Instance instance, InstalledApp app, ConnectorMessage message, Document? account)
    {
        await AllowAsync(job.InstanceId, app.Slug);
        var tree = grains.GetGrain<IFileTreeGrain>(job.InstanceId);
        if (IsUsable(await tree.FindByIdAsync(message.Folder!)))
            return message;

        using var facts = account is null ? null : Json.Parse(account.Members);
        var identifier = facts is not null && facts.RootElement.TryGetProperty("cozyMetadata", out var metadata)
            && metadata.ValueKind == JsonValueKind.Object ? metadata.Text("sourceAccountIdentifier") : null;
        if (await FindAsync(tree, app.Slug, identifier) is { } found)
            return await TellAsync(job, message, found.Id);
        if (account is null)
            return message;

        var path = PathOf(facts!.RootElement, instance, app, account.Id);
        var made = await MakeAsync(tree, path, app, account.Id, identifier);
        await NoteAsync(job.InstanceId, account, facts.RootElement, path);
        return await TellAsync(job, message, made.Id);
    }

    private static bool IsUsable(FileEntry? folder) =>
        folder is { IsDirectory: true } && !folder.Path.StartsWith($"/{WellKnownFiles.TrashName}", StringComparison.Ordinal);

    private static FileReference ReferenceOf(string slug) => new(AppKind.Connector.Doctype(), AppKind.Connector.DocumentId(slug));

    /// <summary>The only folder of the connector that is not another account's; null when there is none, or several.</summary>
    private static async Task<FileEntry?> FindAsync(IFileTreeGrain tree, string slug, string? identifier)
    {
        var page = await tree.ListReferencedAsync(new ReferencedQuery(ReferenceKind.ReferencedBy, ReferenceOf(slug), MostFolders));
        var fitting = page.Entries.Where(entry => IsUsable(entry) && Fits(entry, identifier)).Take(2).ToList();
        return fitting.Count == 1 ? fitting[0] : null;
    }

    private static bool Fits(FileEntry folder, string? identifier)
    {
        if (identifier is null)
            return true;
        using var json = Json.Parse(folder.Members);
        if (!json.RootElement.TryGetProperty("referenced_by", out var references) || references.ValueKind != JsonValueKind.Array)
            return true;
        var accounts = references.EnumerateArray().Where(one => one.Text("type") == AccountIdentifier).Select(one => one.Text("id")).ToList();
        return accounts.Count == 0 || accounts.Contains(identifier);
    }

    private static string PathOf(JsonElement account, Instance instance, InstalledApp app, string accountId)
    {
        if ((account.Text("defaultFolderPath") ?? account.Text("folderPath")) is { Length: > 0 } known)
            return known;
        var parent = instance.Locale == "fr" ? "Administratif" : "Administrative";
        var name = account.Text("name") is { Length: > 0 } given ? given : accountId;
        return $"/{parent}/{char.ToUpperInvariant(app.Slug[0])}{app.Slug[1..]}/{Plain(name)}";
    }

    /// <summary>A name without what has a meaning in paths and addresses.</summary>
    private static string Plain(string name) => string.Concat(name.Select(c => "&/\\#,+()$@~%.'\":*?<>{}".Contains(c, StringComparison.Ordinal) ? '_' : c));

    private static async Task<FileEntry> MakeAsync(IFileTreeGrain tree, string path, InstalledApp app, string accountId, string? identifier)
    {
        var author = new FileAuthor(app.Slug, null, null) { Version = app.Version, SourceAccount = accountId, SourceAccountIdentifier = identifier };
        var folder = await tree.FindByPathAsync(path)
            ?? await tree.CreateDirectoryAtPathAsync(path, recursive: true, new NewDirectory { Author = author });
        List<FileReference> references = [ReferenceOf(app.Slug)];
        if (identifier is not null)
            references.Add(new FileReference(AccountIdentifier, identifier));
        return await tree.ChangeReferencesAsync(new ReferenceChange(folder.Id, ReferenceKind.ReferencedBy, references, Remove: false, author));
    }

    /// <summary>Writes into the account where its folder is, unless it says so already, or was changed meanwhile.</summary>
    private async Task NoteAsync(string instanceId, Document account, JsonElement facts, string path)
    {
        if (facts.Text("defaultFolderPath") is { Length: > 0 })
            return;
        var members = Json.Members(json =>
        {
            foreach (var member in facts.EnumerateObject().Where(member => member.Name != "defaultFolderPath"))
                member.WriteTo(json);
            json.WriteString("defaultFolderPath", path);
        });
        await grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Accounts)).EditAsync([new Edit(account.Id, account.Revision, false, members)]);
    }

    /// <summary>The message with the folder, which the triggers of this account have from now on, too.</summary>
    private async Task<ConnectorMessage> TellAsync(JobRun job, ConnectorMessage message, string folderId)
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(job.InstanceId);
        foreach (var trigger in await scheduler.ListAsync())
        {
            var document = TriggerDocument.Parse(trigger.Id, trigger.Revision, trigger.Members);
            if (document.Worker != ConnectorWorker.Name || document.Message.IsEmpty)
                continue;
            var told = new ConnectorMessage(JsonElement.Parse(document.Message.Span));
            if (told.Json.ValueKind == JsonValueKind.Object && told.Json.Text("konnector") == message.Slug && told.AccountId == message.AccountId)
                await scheduler.PatchAsync(trigger.Id, null, JsonSerializer.SerializeToUtf8Bytes(told.WithFolder(folderId).Json));
        }

        return message.WithFolder(folderId);
    }

    private async Task AllowAsync(string instanceId, string slug)
    {
        var permissions = grains.GetGrain<IPermissionsGrain>(instanceId);
        var folder = AppKind.Connector.DocumentId(slug);
        if (await permissions.FindBySourceAsync(PermissionTypes.Connector, folder) is not { } document)
            return;
        if (document.Rules.Any(one => one.Rule is { Doctype: WellKnownFiles.Doctype, Selector: "referenced_by" } rule && rule.Values.Contains(folder)))
            return;
        var right = new TitledRule(
            RightTitle, "folders referenced by the konnector",
            new PermissionRule { Doctype = WellKnownFiles.Doctype, Selector = "referenced_by", Values = [folder] }, ListsVerbs: false);
        await permissions.SaveAsync(
            document with { Rules = [.. document.Rules.Where(one => one.Title != RightTitle), right] }, null, isRetry: false);
    }
}
