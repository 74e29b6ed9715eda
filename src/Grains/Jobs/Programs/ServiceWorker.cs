using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>
/// Runs a service of a web app: <c>{slug, name, fields}</c>, or <c>service_file</c> in place of the name. The app's manifest
/// says which file that is.
/// </summary>
internal sealed class ServiceWorker(IGrainFactory grains, ProgramRunner runner, ProgramFiles files, IOptions<JobsOptions> options) : IWorker
{
    /// <summary>The worker's name.</summary>
    public const string Name = "service";

    private const string File = "index.js";

    private readonly ProgramOptions _options = options.Value.Programs;

    public WorkerType Type { get; } = ProgramTypes.Of(Name, 200, options.Value.Programs);

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        var message = job.Message.ValueKind == JsonValueKind.Object && job.Message.TryGetProperty("message", out var inner)
            && inner.ValueKind == JsonValueKind.Object ? inner : job.Message;
        var slug = Workers.JobMessage.Require(message, "slug");
        var instance = await grains.GetGrain<IInstanceGrain>(job.InstanceId).GetAsync()
            ?? throw new JobFailedException("The instance is not there.", isFinal: true);
        var app = await ProgramApps.GetAsync(grains, job.InstanceId, AppKind.WebApp, slug);
        using var folder = runner.CreateFolder();
        await files.WriteAsync(app, FileOf(app, message), folder, File, cancellationToken);

        var front = runner.Front;
        var url = front.UrlOf(instance);
        var fields = message.TryGetProperty("fields", out var given) ? given.GetRawText() : "";
        var environment = await ProgramEnvironment.WriteAsync(
            job, instance, url, front.IssueToken(instance, AppKind.WebApp, slug), fields, folder);
        environment["COZY_COUCH_DOC"] = job.Event.ValueKind == JsonValueKind.Object && job.Event.TryGetProperty("doc", out var document)
            ? ProgramEnvironment.Short(document.GetRawText(), "The document")
            : "";
        var run = new ProgramRun { Job = job, Slug = slug, Entry = File, Environment = environment, Network = _options.ServiceNetwork };
        var end = await runner.RunAsync(folder, run, new Uri(url), static _ => { }, cancellationToken);
        return ProgramTypes.ResultOf(end);
    }

    /// <summary>The service's file as the manifest has it now: a trigger may be older than the app.</summary>
    private static string FileOf(InstalledApp app, JsonElement message)
    {
        using var manifest = Json.Parse(app.Members);
        if (manifest.RootElement.TryGetProperty("services", out var services) && services.ValueKind == JsonValueKind.Object)
        {
            var name = message.Text("name");
            var file = name is { Length: > 0 } ? services.TryGetProperty(name, out var one) ? one.Text("file") : null
                : services.EnumerateObject().Select(service => service.Value.Text("file")).FirstOrDefault(path => path == message.Text("service_file"));
            if (file is { Length: > 0 })
                return file.TrimStart('/');
        }

        throw new JobFailedException("The app has no such service.", isFinal: true);
    }
}
