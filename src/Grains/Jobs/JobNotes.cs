using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Jobs;

/// <summary>The states of jobs, as documents name them.</summary>
internal static class JobStates
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Done = "done";
    public const string Errored = "errored";

    /// <summary>How documents say that something did not happen yet.</summary>
    public static readonly DateTimeOffset NoTime = DateTimeOffset.MinValue;
}

/// <summary>A try that failed.</summary>
/// <param name="At">When.</param>
/// <param name="Error">Why.</param>
internal sealed record JobError(DateTimeOffset At, string Error)
{
    private const string Member = "errors";

    public static IReadOnlyList<JobError> Read(JsonElement root) =>
        root.TryGetProperty(Member, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => new JobError(item.Time("at") ?? default, item.Text("error") ?? ""))]
            : [];

    public static void Write(Utf8JsonWriter json, IReadOnlyList<JobError> errors)
    {
        if (errors.Count == 0)
            return;
        json.WriteStartArray(Member);
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteTime("at", error.At);
            json.WriteString("error", error.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>Who works on a job. The lease's secret itself is not written down, because apps may read jobs.</summary>
/// <param name="Holder">A silo's address, or an external worker's name.</param>
/// <param name="Hash">SHA-256 of the secret, in hex.</param>
/// <param name="Duration">How long it may give no sign.</param>
internal sealed record LeaseNote(string Holder, string Hash, TimeSpan Duration)
{
    private const string Member = "lease";

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    public bool IsOf(string secret) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(Hash));

    public static LeaseNote? Read(JsonElement root) =>
        root.TryGetProperty(Member, out var note) && note.ValueKind == JsonValueKind.Object
            ? new LeaseNote(note.Text("holder") ?? "", note.Text("hash") ?? "", TimeSpan.FromSeconds(note.Integer("seconds")))
            : null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(Member);
        json.WriteString("holder", Holder);
        json.WriteString("hash", Hash);
        json.WriteNumber("seconds", (int)Math.Ceiling(Duration.TotalSeconds));
        json.WriteEndObject();
    }
}
