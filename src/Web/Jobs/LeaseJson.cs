using System.Text.Json;
using Cozy.Grains.Jobs;
using Cozy.Web.Json;

namespace Cozy.Web.Jobs;

/// <summary>Writes jobs as external workers get them.</summary>
internal static class LeaseJson
{
    private static readonly string[] Copied = ["worker", "message", "event", "payload", "trigger_id", "manual_execution", "queued_at"];

    /// <summary>Writes <c>{"jobs":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<JobLease> leases)
    {
        json.WriteStartObject();
        json.WriteStartArray("jobs");
        foreach (var lease in leases)
            Write(json, lease);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JobLease lease)
    {
        json.WriteStartObject();
        json.WriteString("lease", lease.Key.ToString());
        json.WriteString("id", lease.Job.Id);
        json.WriteString("instance", lease.Domain);
        json.WriteNumber("attempt", lease.Attempt);
        json.WriteNumber("timeout", lease.Timeout.TotalSeconds);
        json.WriteNumber("lease_seconds", lease.Duration.TotalSeconds);
        JsonMembers.Visit(lease.Job.Members, json, static (json, name, value) =>
        {
            if (!Copied.Contains(name))
                return;
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        });
        json.WriteEndObject();
    }
}
