using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Exports;

/// <summary>
/// The exports of one instance: copies of its documents, kept for some days, from which and the files the archives are made
/// that the owner takes along. The key is the instance's id.
/// </summary>
[Alias("cozy.IExportsGrain")]
public interface IExportsGrain : IGrainWithStringKey
{
    /// <summary>Has an export made by a job, which is durable when this returns. The one before is removed then.</summary>
    /// <returns>The job.</returns>
    /// <exception cref="Errors.CozyException">NotFound: there were too many today; Invalid: an option.</exception>
    [Alias("Request")]
    Task<Document> RequestAsync(ExportRequest request);

    /// <summary>The export that can be had, or that is being made; null when there is none of this id, or no longer.</summary>
    [Alias("Find")]
    Task<Export?> FindAsync(string id);

    /// <summary>Begins an export, or again one whose worker was lost; all others are removed.</summary>
    /// <param name="id">Its id, which is that of the job.</param>
    /// <param name="request">What was asked for.</param>
    [Alias("Begin")]
    Task<Export> BeginAsync(string id, ExportRequest request);

    /// <summary>The export is there.</summary>
    /// <param name="export">What <see cref="BeginAsync"/> said.</param>
    /// <param name="cursors">Where its archives begin, but the first.</param>
    /// <param name="size">Bytes of the documents.</param>
    /// <exception cref="Errors.CozyException">Conflict: another try has begun meanwhile.</exception>
    [Alias("Finish")]
    Task<Export> FinishAsync(Export export, IReadOnlyList<string> cursors, long size);

    /// <summary>The export could not be made.</summary>
    [Alias("Fail")]
    Task FailAsync(Export export, string error);

    /// <summary>Removes the export with this id, or all when it is null; one that is not there is no error.</summary>
    [Alias("Remove")]
    Task RemoveAsync(string? id);
}

/// <summary>What to export.</summary>
[GenerateSerializer, Immutable, Alias("cozy.ExportRequest")]
public sealed record ExportRequest
{
    /// <summary>Where the instance is reached, with a slash at the end; the mail's links begin with it.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>About how many bytes of files one archive holds (<c>parts_size</c>); 0 or too little for what fits.</summary>
    [Id(1)] public long PartBytes { get; init; }

    /// <summary>How long it is kept (<c>max_age</c>); zero or too long for as long as it can be.</summary>
    [Id(2)] public TimeSpan MaxAge { get; init; }

    /// <summary>Only these doctypes (<c>with_doctypes</c>); empty for all.</summary>
    [Id(3)] public IReadOnlyList<string> Doctypes { get; init; } = [];

    /// <summary>The operator wants it: the owner is sent no mail (<c>admin_req</c>).</summary>
    [Id(4)] public bool IsOfOperator { get; init; }
}

/// <summary>An export.</summary>
[GenerateSerializer, Immutable, Alias("cozy.Export")]
public sealed record Export
{
    /// <summary>The state of one that is being made.</summary>
    public const string Exporting = "exporting";

    /// <summary>The state of one that can be had.</summary>
    public const string Done = "done";

    /// <summary>The state of one that failed.</summary>
    public const string Failed = "error";

    /// <summary>Its document, with the members of cozy-stack's <c>io.cozy.exports</c>.</summary>
    [Id(0)] public required Document Document { get; init; }

    /// <summary><c>exporting</c>, <c>done</c> or <c>error</c>.</summary>
    [Id(1)] public required string State { get; init; }

    /// <summary>Which content has its documents; another one for each try.</summary>
    [Id(2)] public required string ContentId { get; init; }

    /// <summary>Bytes of files in one archive.</summary>
    [Id(3)] public required long PartBytes { get; init; }

    /// <summary>Where the archives behind the first begin, as <c>doctype/id</c>.</summary>
    [Id(4)] public IReadOnlyList<string> Cursors { get; init; } = [];

    /// <summary>Only these doctypes; empty for all.</summary>
    [Id(5)] public IReadOnlyList<string> Doctypes { get; init; } = [];

    /// <summary>When it was begun.</summary>
    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it is kept.</summary>
    [Id(7)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Its id.</summary>
    public string Id => Document.Id;

    /// <summary>Whether documents of the doctype are in it.</summary>
    public bool Has(string doctype) => Doctypes.Count == 0 || Doctypes.Contains(doctype);
}

/// <summary>Where exports' documents are in the blob store.</summary>
public static class ExportContents
{
    /// <summary>What stands in the place of an instance's id: they are no files of the owner's.</summary>
    public const string Area = "cozy-exports";
}
