using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Jobs;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Triggers;

/// <summary>What became of a trigger's jobs, as clients know it (<c>current_state</c>).</summary>
internal static class TriggerStates
{
    /// <summary>The state as a JSON object.</summary>
    /// <param name="triggerId">The trigger.</param>
    /// <param name="newestFirst">Its jobs.</param>
    public static ReadOnlyMemory<byte> Of(string triggerId, IReadOnlyList<Document> newestFirst)
    {
        var jobs = newestFirst.Select(JobDocument.Parse).ToList();
        var last = jobs.FirstOrDefault();
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("trigger_id", triggerId);
            json.WriteString("status", last?.State ?? JobStates.Done);
            var success = jobs.Find(job => job.State == JobStates.Done);
            Write(json, success, "last_success", "last_successful_job_id");
            Write(json, last, "last_execution", "last_executed_job_id");
            var failure = jobs.Find(job => job.State == JobStates.Errored);
            Write(json, failure, "last_failure", "last_failed_job_id");
            if (last is { State: JobStates.Errored })
                json.WriteOptional("last_error", last.Error);
            Write(json, jobs.Find(job => job.IsManual), "last_manual_execution", "last_manual_job_id");
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, JobDocument? job, string time, string id)
    {
        if (job is null)
            return;
        json.WriteTime(time, job.StartedAt ?? job.QueuedAt);
        json.WriteString(id, job.Id);
    }
}
