using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.Accounts;
using Cozy.Grains.Apps;
using Cozy.Grains.Contexts;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Runs a connector, see <see cref="ConnectorMessage"/>. What it logs as critical, or else as an error, is the job's error.</summary>
internal sealed class ConnectorWorker(
    IGrainFactory grains, ProgramRunner runner, ProgramFiles files, ConnectorFolders folders, IOptions<JobsOptions> options) : IWorker
{
    /// <summary>The worker's name.</summary>
    public const string Name = "konnector";

    private const string AccountsDoctype = "io.cozy.accounts";
    private const string DeletedAccounts = "io.cozy.accounts.soft_deleted";

    private readonly ProgramOptions _options = options.Value.Programs;

    public WorkerType Type { get; } = ProgramTypes.Of(Name, 100, options.Value.Programs);

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        var message = new ConnectorMessage(job.Message);
        var slug = message.Slug;
        var instance = await grains.GetGrain<IInstanceGrain>(job.InstanceId).GetAsync()
            ?? throw new JobFailedException("The instance is not there.", isFinal: true);
        var app = await ProgramApps.GetAsync(grains, job.InstanceId, AppKind.Connector, slug);
        await RequireRunAsync(job, message, instance);
        var account = message is { AccountId: { } id, IsAccountDeleted: false } ? await AccountAsync(job, id) : null;
        using var manifest = Json.Parse(app.Members);
        var entry = EntryOf(manifest.RootElement, message);
        if (entry is null)
            return default;
        if (message is { Folder: not null, IsAccountDeleted: false })
            message = await folders.PrepareAsync(job, instance, app, message, account);

        using var folder = runner.CreateFolder();
        await files.WriteAllAsync(app, folder, cancellationToken);
        if (entry.Length > 0 && !File.Exists(folder.PathOf(entry)))
            throw new JobFailedException("The app has no such file.", isFinal: true);

        var url = runner.Front.UrlOf(instance);
        var environment = await ProgramEnvironment.WriteAsync(
            job, instance, url, runner.Front.IssueToken(instance, AppKind.Connector, slug), message.Json.GetRawText(), folder);
        environment["COZY_PARAMETERS"] = ProgramEnvironment.Short(await ParametersAsync(instance, slug, manifest.RootElement), "The parameters");
        await RunAsync(
            new ProgramRun { Job = job, Slug = slug, Entry = entry, Environment = environment, Network = _options.ConnectorNetwork, IsTold = true },
            folder, new Uri(url), cancellationToken);
        if (message.IsAccountDeleted)
            await ForgetAccountAsync(job, message.AccountId);
        return default;
    }

    /// <summary>The manifest's parameters, and among them what the operator has for the connector.</summary>
    private async Task<string> ParametersAsync(Instance instance, string slug, JsonElement manifest)
    {
        var given = manifest.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object ? parameters.GetRawText() : null;
        var secret = await grains.GetGrain<IAccountTypesGrain>(0).FindSecretAsync(instance.ContextName, slug);
        if (secret.IsEmpty)
            return given ?? "null";
        var all = JsonNode.Parse(given ?? "{}")!.AsObject();
        all["secret"] = JsonNode.Parse(secret.Span);
        return all.ToJsonString();
    }

    private async Task RunAsync(ProgramRun run, ProgramFolder folder, Uri own, CancellationToken cancellationToken)
    {
        ProgramLine? error = null;
        ProgramLine? critical = null;
        var end = await runner.RunAsync(
            folder, run, own,
            line =>
            {
                if (line.Level == ProgramLevel.Error)
                    error = line;
                else if (line.Level == ProgramLevel.Critical)
                    critical = line;
            },
            cancellationToken);

        // What went over a limit had no say in how it ended.
        if (end.Excess is null && (critical ?? error) is { } told)
            throw new JobFailedException(told.Text, told.IsFinal || ConnectorRules.IsFinal(told.Text));
        ProgramTypes.ResultOf(end);
    }

    /// <exception cref="JobFailedException">It is not to be run now.</exception>
    private async Task RequireRunAsync(JobRun job, ConnectorMessage message, Instance instance)
    {
        var context = instance.ContextName is { Length: > 0 } name ? name : ContextsOptions.DefaultName;
        if (ConnectorRules.IsStopped((await MaintenanceAsync(context)).Body, message.Slug, job.IsManual))
            throw new JobFailedException(ConnectorRules.Maintenance, isFinal: true);
        if (job.IsManual || job.TriggerId is null || message.IsWebhook)
            return;
        var before = (await grains.GetGrain<IJobQueueGrain>(job.InstanceId).ListOfTriggerAsync(job.TriggerId, 2))
            .Select(JobDocument.Parse).FirstOrDefault(one => one.Id != job.Id);
        if (before is { State: JobStates.Errored, Error: { } error } && ConnectorRules.WaitsForOwner(error))
            throw new JobFailedException(error, isFinal: true);
    }

    /// <summary>A registry that does not answer stops no connector.</summary>
    private async Task<RegistryAnswer> MaintenanceAsync(string context)
    {
        try
        {
            return await grains.GetGrain<IRegistryGrain>(context).ListMaintenanceAsync();
        }
        catch (CozyException)
        {
            return new RegistryAnswer("", Encoding.UTF8.GetBytes("[]"));
        }
    }

    private async Task<Document> AccountAsync(JobRun job, string id) =>
        await FindAsync(job, AccountsDoctype, id) ?? throw new JobFailedException("The account is not there.", isFinal: true);

    /// <summary>What is run: the connector itself, or what its manifest names for accounts that were deleted; null for nothing.</summary>
    private static string? EntryOf(JsonElement manifest, ConnectorMessage message) => !message.IsAccountDeleted ? ""
        : manifest.Text("on_delete_account") is { Length: > 0 } path ? path.TrimStart('/')
        : null;

    private async Task ForgetAccountAsync(JobRun job, string? id)
    {
        if (id is not null && await FindAsync(job, DeletedAccounts, id) is { } account)
            await DocumentsOf(job, DeletedAccounts).EditAsync([new Edit(id, account.Revision, true, default)]);
    }

    private async Task<Document?> FindAsync(JobRun job, string doctype, string id)
    {
        try
        {
            return await DocumentsOf(job, doctype).ReadAsync(id) is { Deleted: false } found ? found : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private IDoctypeGrain DocumentsOf(JobRun job, string doctype) => grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(job.InstanceId, doctype));
}
