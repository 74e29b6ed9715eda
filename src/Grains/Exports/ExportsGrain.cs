using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.OAuth;
using Cozy.Grains.Realtime;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Exports;

/// <summary>
/// Keeps the documents of exports. What an export's document names is all there can be in the blob store: a content is named
/// before it is written, and its document goes after it.
/// </summary>
[GrainType("exports")]
internal sealed class ExportsGrain : Grain, IExportsGrain
{
    private readonly IDocumentStore _documents;
    private readonly IBlobStore _blobs;
    private readonly JobsOptions _options;
    private readonly TimeProvider _time;
    private readonly AttemptLimit _requests;

    public ExportsGrain(IDocumentStore documents, IBlobStore blobs, IOptions<JobsOptions> options, TimeProvider time)
    {
        (_documents, _blobs, _options, _time) = (documents, blobs, options.Value, time);
        _requests = new AttemptLimit(time, _options.ExportsPerDay, TimeSpan.FromDays(1));
    }

    private string InstanceId => this.GetPrimaryKeyString();

    public async Task<Document> RequestAsync(ExportRequest request)
    {
        if (request.PartBytes < 0 || request.MaxAge < TimeSpan.Zero)
            throw CozyException.Invalid("/data/attributes", "It is less than nothing.");
        if (!request.IsOfOperator && !_requests.Allows())
            throw CozyException.NotFound("Not found", "exports_daily_limit");
        var job = await GrainFactory.GetGrain<IJobQueueGrain>(InstanceId).PushAsync(new NewJob
        {
            Worker = ExportWorker.Name,
            Message = ExportDocument.WriteMessage(request),
            IsManual = true,
        });
        if (!request.IsOfOperator)
            _requests.Fail();
        return job;
    }

    public async Task<Export?> FindAsync(string id) =>
        await ReadAsync(id) is { } export && export.ExpiresAt > _time.GetUtcNow() ? export : null;

    public async Task<Export> BeginAsync(string id, ExportRequest request)
    {
        // A worker that died after the last step: what it made is there.
        if (await FindAsync(id) is { State: Export.Done } made)
            return await SettleAsync(made);
        await RemoveAsync(null);
        var now = _time.GetUtcNow();
        var maxAge = request.MaxAge == TimeSpan.Zero || request.MaxAge > _options.ExportMaxAge ? _options.ExportMaxAge : request.MaxAge;
        return await WriteAsync(null, new Export
        {
            Document = new Document(id, "", false, default),
            State = Export.Exporting,
            ContentId = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            PartBytes = await PartBytesAsync(request.PartBytes),
            Doctypes = request.Doctypes,
            CreatedAt = now,
            ExpiresAt = now + maxAge,
        });
    }

    public async Task<Export> FinishAsync(Export export, IReadOnlyList<string> cursors, long size)
    {
        if (await ReadAsync(export.Id) is { State: Export.Done } made && made.ContentId == export.ContentId)
            return await SettleAsync(made);
        var duration = _time.GetUtcNow() - export.CreatedAt;
        return await SettleAsync(await WriteAsync(
            export.Document.Revision, export with { State = Export.Done, Cursors = cursors }, writer =>
            {
                writer.WriteNumber("total_size", size);
                writer.WriteNumber("creation_duration", duration.Ticks * TimeSpan.NanosecondsPerTick);
            }));
    }

    public async Task FailAsync(Export export, string error)
    {
        await _blobs.DeleteAsync([KeyOf(export)]);
        await WriteAsync(export.Document.Revision, export with { State = Export.Failed }, writer => writer.WriteString("error", error));
    }

    public async Task RemoveAsync(string? id)
    {
        var exports = new List<Export>();
        await DocumentPages.ForEachAsync(_documents, ExportDocument.Database, (found, stored) =>
        {
            if ((id is null || found == id) && ExportDocument.Read(InstanceId, stored) is { } export)
                exports.Add(export);
        });
        foreach (var export in exports)
        {
            await _blobs.DeleteAsync([KeyOf(export)]);
            var edit = new DocumentEdit(export.Id, Revision.Parse(export.Document.Revision), true, default);
            var result = (await _documents.EditAsync(ExportDocument.Database, [edit]))[0];
            if (result.Failure is { Kind: not StoreError.Conflict } failure)
                throw failure.ToCozyException();
        }
    }

    /// <summary>What follows once the document says that the export is there; repeating it does nothing.</summary>
    private async Task<Export> SettleAsync(Export done)
    {
        await _blobs.ConfirmAsync(KeyOf(done));
        await GrainFactory.GetGrain<IJobQueueGrain>(InstanceId).PushAsync(new NewJob
        {
            Worker = CleanExportsWorker.Name,
            Message = JsonSerializer.SerializeToUtf8Bytes(new { id = done.Id }),
            NotBefore = done.ExpiresAt,
            IdempotencyKey = done.Id,
        });
        return done;
    }

    private static BlobKey KeyOf(Export export) => new(ExportContents.Area, export.Id, export.ContentId);

    /// <summary>An instance with four times the files of another has twice the archives, each twice as large.</summary>
    private async Task<long> PartBytesAsync(long wanted)
    {
        if (wanted >= _options.ExportPartBytes)
            return wanted;
        var usage = await GrainFactory.GetGrain<IFileTreeGrain>(InstanceId).GetDiskUsageAsync();
        return usage.Used <= _options.ExportPartBytes
            ? _options.ExportPartBytes
            : (long)(Math.Sqrt((double)usage.Used / _options.ExportPartBytes) * _options.ExportPartBytes);
    }

    private async Task<Export?> ReadAsync(string id)
    {
        try
        {
            return await _documents.GetAsync(ExportDocument.Database, id, ReadOptions.Winner) is { Deleted: false } stored
                ? ExportDocument.Read(InstanceId, stored)
                : null;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    private async Task<Export> WriteAsync(string? revision, Export export, Action<Utf8JsonWriter>? writeOutcome = null)
    {
        var instance = await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync()
            ?? throw CozyException.NotFound("The instance is gone.");
        var members = ExportDocument.Write(InstanceId, instance.Domain, export, writeOutcome);
        await _documents.CreateDatabaseAsync(ExportDocument.Database);
        var edit = new DocumentEdit(export.Id, revision is null ? null : Revision.Parse(revision), false, members);
        var result = (await _documents.EditAsync(ExportDocument.Database, [edit]))[0];
        if (result.Failure is { } failure)
            throw failure.ToCozyException();
        var written = result.Revision!.Value.ToString();

        // The documents of exports are not the instance's own, so nobody else tells its apps. Who misses it reads the document.
        GrainFactory.GetGrain<IRealtimeGrain>(InstanceId).NotifyAsync(new DocumentEvent(
            ExportDocument.Doctype, revision is null ? EventVerb.Created : EventVerb.Updated, export.Id, written, members)).Ignore();
        return export with { Document = new Document(export.Id, written, false, members) };
    }
}
