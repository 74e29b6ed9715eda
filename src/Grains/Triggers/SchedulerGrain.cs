using Cozy.Grains.Alarms;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.Triggers;

/// <summary>What the API does with triggers; <c>SchedulerGrain.Run</c> is what they do by themselves.</summary>
[GrainType("scheduler"), PreferLocalPlacement]
internal sealed partial class SchedulerGrain : Grain, ISchedulerGrain
{
    private const int StateJobs = 50;

    private readonly IDocumentStore _documents;
    private readonly TriggersOptions _options;
    private readonly JobsOptions _jobOptions;
    private readonly TimeProvider _time;
    private readonly ILogger<SchedulerGrain> _log;
    private readonly TriggerStore _store;
    private readonly AlarmClock _alarm;
    private readonly IDataProtector _seal;
    private readonly LoadOnce<LoadedTriggers> _loaded;

    public SchedulerGrain(
        IDocumentStore documents, IOptions<TriggersOptions> options, IOptions<JobsOptions> jobOptions,
        IDataProtectionProvider protection, TimeProvider time, ILogger<SchedulerGrain> log)
    {
        (_documents, _options, _jobOptions, _time, _log) = (documents, options.Value, jobOptions.Value, time, log);
        _store = new TriggerStore(documents, GrainFactory, InstanceId);
        _alarm = new AlarmClock(GrainFactory, this.GetGrainId());
        _seal = protection.CreateProtector("cozy.webhooks", InstanceId);
        _loaded = new(LoadAsync);
    }

    private string InstanceId => this.GetPrimaryKeyString();

    private DateTimeOffset Now => _time.GetUtcNow();

    private IJobQueueGrain Jobs => GrainFactory.GetGrain<IJobQueueGrain>(InstanceId);

    public async Task<Document> AddAsync(NewTrigger request)
    {
        TriggerRules.Check(request, _options, _jobOptions);
        var instance = await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync()
            ?? throw CozyException.NotFound("There is no such instance.");
        var loaded = await _loaded.GetAsync();
        if (request.Id is { } id && loaded.Find(id) is { } known)
            return known.Document.ToDocument();
        if (loaded.All.Count >= _options.MaxTriggers)
            throw new CozyException(ErrorKind.TooManyRequests, "too_many_triggers", $"An instance has at most {_options.MaxTriggers} triggers.");

        var trigger = Trigger.Read(New(request, instance), loaded.Zone);
        await ListenAsync(loaded, trigger.Doctypes);
        return await WriteAsync(loaded, trigger);
    }

    public async Task<Document?> GetAsync(string id) => (await _loaded.GetAsync()).Find(id)?.Document.ToDocument();

    public async Task<IReadOnlyList<Document>> ListAsync() =>
        [.. (await _loaded.GetAsync()).All.OrderBy(trigger => trigger.Document.Id, StringComparer.Ordinal).Select(trigger => trigger.Document.ToDocument())];

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GetStatesAsync(IReadOnlyList<string> ids) =>
        await Task.WhenAll(ids.Select(async id => TriggerStates.Of(id, await Jobs.ListOfTriggerAsync(id, StateJobs))));

    public async Task<Document> PatchAsync(string id, string? arguments, ReadOnlyMemory<byte> message)
    {
        var loaded = await _loaded.GetAsync();
        var document = (loaded.Find(id) ?? throw NoTrigger()).Document;
        if (arguments is not null && document.Type != TriggerTypes.Cron)
            throw CozyException.Invalid("/data/attributes/Type", "Invalid type for trigger (@cron expected)");
        TriggerRules.CheckMessage(message, _jobOptions);
        var changed = document with
        {
            Arguments = arguments ?? document.Arguments,
            Message = message.IsEmpty ? document.Message : message,
            UpdatedAt = Now,
        };
        return await WriteAsync(loaded, Trigger.Read(changed, loaded.Zone));
    }

    public async Task<bool> DeleteAsync(string id)
    {
        var loaded = await _loaded.GetAsync();
        if (loaded.Find(id) is not { } trigger)
            return false;
        await RemoveAsync(loaded, [trigger]);
        return true;
    }

    public async Task<Document> LaunchAsync(string id)
    {
        var trigger = (await _loaded.GetAsync()).Find(id) ?? throw NoTrigger();
        return await Jobs.PushAsync(trigger.NewJob() with { IsManual = true, IsRunning = trigger.Document.Worker == WorkerType.Client });
    }

    public async Task CallWebhookAsync(string id, WebhookCall call)
    {
        var loaded = await _loaded.GetAsync();
        var trigger = loaded.Find(id) ?? throw NoTrigger();
        if (trigger.Document.Type != TriggerTypes.Webhook)
            throw CozyException.Invalid("id", "Invalid type for trigger (@webhook expected)");
        if (trigger.Document.Signature is { } signature && !signature.IsGood(call, _seal))
            throw new CozyException(ErrorKind.Forbidden, "wrong_signature", "The signature is wrong.");
        if (!TriggerRules.CountCall(trigger.Calls, Now, _options.WebhookCallsPerHour))
            throw new CozyException(ErrorKind.TooManyRequests, "webhook_limit", "The webhook was called too often.");

        if (trigger.Document.DebounceTime > TimeSpan.Zero && !call.IsManual)
            await GatherAsync(loaded, [(trigger, default, call.Body)]);
        else
            await Jobs.PushAsync(trigger.NewJob() with { Payload = call.Body, IsManual = call.IsManual });
    }

    public Task ForgetAsync()
    {
        _loaded.Reset();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static CozyException NoTrigger() => CozyException.NotFound("Trigger with specified ID does not exist");

    private TriggerDocument New(NewTrigger request, Instance instance) => new()
    {
        // The id of a webhook is its only secret.
        Id = request.Id ?? (request.Type == TriggerTypes.Webhook ? Guid.NewGuid() : Guid.CreateVersion7(Now)).ToString("N"),
        Domain = instance.Domain,
        InstanceId = InstanceId,
        Type = request.Type,
        Worker = request.Type == TriggerTypes.Client ? WorkerType.Client : request.Worker,
        Arguments = request.Arguments,
        Debounce = request.Debounce,
        Options = request.Options,
        Message = request.Message,
        Signature = request.Signature is { } signature ? WebhookSignature.Seal(signature, _seal) : null,
        CreatedByApp = request.CreatedByApp,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private async Task<Document> WriteAsync(LoadedTriggers loaded, Trigger trigger)
    {
        try
        {
            // Before it is acknowledged, so that somebody wakes this grain whatever dies.
            await _alarm.EnsureAsync(FarFuture);
            var written = await _store.WriteAsync(trigger.Document) ?? throw CozyException.Conflict("The trigger was changed by somebody else.");
            loaded.Set(Trigger.Load(written, loaded.Zone), Now);
            await SleepAsync(loaded);
            return written.ToDocument();
        }
        catch (CozyException)
        {
            Forget(loaded);
            throw;
        }
    }

    private async Task RemoveAsync(LoadedTriggers loaded, IReadOnlyCollection<Trigger> triggers)
    {
        await _store.RemoveAsync(triggers.Select(trigger => trigger.Document));
        foreach (var trigger in triggers)
            loaded.Remove(trigger.Document.Id);
        var wanted = loaded.Doctypes;
        var gone = triggers.SelectMany(trigger => trigger.Doctypes).Where(doctype => !wanted.Contains(doctype)).Distinct().ToArray();
        if (gone.Length == 0)
            return;
        foreach (var doctype in gone)
            await _store.LeaveAsync(doctype, this.GetGrainId());
        await ChangeStateAsync(loaded, state => state with { Cursors = state.Cursors.Where(cursor => !gone.Contains(cursor.Key)).ToDictionary() });
    }
}
