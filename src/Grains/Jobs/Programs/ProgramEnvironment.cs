using System.Globalization;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Instances;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>What a program is told, in the variables that it knows from cozy-stack.</summary>
internal static class ProgramEnvironment
{
    // The kernel takes 128 KiB for one variable.
    private const int LongestValue = 100_000;
    private const string PayloadFile = "cozy_payload.json";

    /// <summary>What every program is told. A payload that is long is put into a file beside the program.</summary>
    /// <exception cref="JobFailedException">Something of it is too long.</exception>
    public static async Task<Dictionary<string, string>> WriteAsync(
        JobRun job, Instance instance, string url, string token, string fields, ProgramFolder folder)
    {
        var environment = new Dictionary<string, string>
        {
            ["COZY_URL"] = url,
            ["COZY_CREDENTIALS"] = token,
            ["COZY_FIELDS"] = Short(fields, "The message"),
            ["COZY_PAYLOAD"] = await PayloadAsync(job, folder),
            ["COZY_LANGUAGE"] = "node",
            ["COZY_LOCALE"] = instance.Locale,
            ["COZY_TIME_LIMIT"] = Math.Ceiling(job.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ["COZY_JOB_ID"] = job.Id,
            ["COZY_JOB_MANUAL_EXECUTION"] = job.IsManual ? "true" : "false",
        };
        if (job.TriggerId is { } trigger)
            environment["COZY_TRIGGER_ID"] = trigger;
        return environment;
    }

    /// <summary>A value, if a variable can hold it.</summary>
    /// <exception cref="JobFailedException">It cannot.</exception>
    public static string Short(string value, string what) => Encoding.UTF8.GetByteCount(value) <= LongestValue
        ? value
        : throw new JobFailedException($"{what} is too long to be given to a program.", isFinal: true);

    private static async Task<string> PayloadAsync(JobRun job, ProgramFolder folder)
    {
        if (job.Payload.ValueKind == JsonValueKind.Undefined)
            return "";
        var payload = job.Payload.GetRawText();
        if (Encoding.UTF8.GetByteCount(payload) <= LongestValue)
            return payload;
        await File.WriteAllTextAsync(folder.PathOf(PayloadFile), payload);
        return $"@{PayloadFile}";
    }
}
