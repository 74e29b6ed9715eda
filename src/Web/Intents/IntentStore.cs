using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Storage.Documents;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Data;
using Cozy.Web.Json;
using Cozy.Web.Registry;

namespace Cozy.Web.Intents;

/// <summary>Keeps what apps ask of other apps: the documents of <c>io.cozy.intents</c>.</summary>
internal sealed class IntentStore(IGrainFactory grains, DoctypeGrains doctypes, TimeProvider time)
{
    /// <summary>The doctype.</summary>
    public const string Doctype = "io.cozy.intents";

    private const int MaxApps = 1000;

    /// <summary>Writes down an intent with the installed apps that can serve it.</summary>
    public async Task<Document> CreateAsync(Instance instance, InstanceAddress address, IntentRequest request)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture);
        var apps = await grains.GetGrain<IAppsGrain>(instance.Id).ListAsync(AppKind.WebApp, null, MaxApps);
        var services = apps.Where(app => app.IsReady).Select(app => ServiceOf(app, id, address, request)).OfType<IntentService>().ToArray();
        var offers = services.Length > 0 ? [] : await grains.RegistryOf(instance).FindForIntentAsync(request.Action, request.Type);
        var members = Write(request, services, offers);
        var outcome = (await doctypes.Get(instance.Id, Doctype).EditAsync([new Edit(id, null, false, members)]))[0];
        return outcome.Revision is { } revision
            ? new Document(id, revision, false, members)
            : throw CozyException.Conflict(outcome.Reason ?? "Document update conflict.");
    }

    /// <summary>An intent; null when there is none.</summary>
    public async Task<Document?> FindAsync(Instance instance, string id)
    {
        try
        {
            return await doctypes.Get(instance.Id, Doctype).ReadAsync(id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether an app is one of those that can serve an intent.</summary>
    public static bool IsServedBy(Document intent, string slug)
    {
        if (JsonMembers.Json(intent.Members, "services") is not { } services)
            return false;
        using var json = JsonDocument.Parse(services);
        return json.RootElement.ValueKind == JsonValueKind.Array
            && json.RootElement.EnumerateArray().Any(service => service.GetProperty("slug").GetString() == slug);
    }

    private static IntentService? ServiceOf(InstalledApp app, string id, InstanceAddress address, IntentRequest request)
    {
        using var manifest = JsonDocument.Parse((byte[])[.. "{"u8, .. app.Members.Span, .. "}"u8]);
        if (AppIntents.FindHref(manifest.RootElement, request.Action, request.Type) is not { } href)
            return null;

        // The id belongs into the query, which stands before the fragment.
        var hash = href.IndexOf('#', StringComparison.Ordinal);
        var (page, fragment) = hash < 0 ? (href, "") : (href[..hash], href[hash..]);
        var separator = page.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return new(app.Slug, $"{address.Scheme}://{address.AppDomain(app.Slug)}/{page.TrimStart('/')}{separator}intent={id}{fragment}");
    }

    private static ReadOnlyMemory<byte> Write(IntentRequest request, IntentService[] services, IReadOnlyList<OfferedApp> offers)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("action", request.Action);
            json.WriteString("type", request.Type);
            json.WritePropertyName("permissions");
            if (request.Permissions.IsEmpty)
                json.WriteNullValue();
            else
                json.WriteRawValue(request.Permissions.Span);
            json.WriteString("client", request.Client);
            WriteList(json, "services", services, static (writer, service) =>
            {
                writer.WriteString("slug", service.Slug);
                writer.WriteString("href", service.Href);
            });
            WriteList(json, "availableApps", offers, static (writer, app) =>
            {
                writer.WriteString("slug", app.Slug);
                writer.WriteString("name", app.Name);
            });
            json.WriteEndObject();
        }

        return DocumentCodec.Parse(buffer.Written.Span).Members;
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WritePropertyName(name);
        if (items.Count == 0)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed record IntentService(string Slug, string Href);
}

/// <summary>What an app asks for.</summary>
/// <param name="Action">Such as <c>PICK</c>.</param>
/// <param name="Type">A doctype or a media type.</param>
/// <param name="Permissions">What it would allow, a JSON array; empty for nothing.</param>
/// <param name="Client">The origin of the app; empty for a client that is no app.</param>
internal sealed record IntentRequest(string Action, string Type, ReadOnlyMemory<byte> Permissions, string Client);
