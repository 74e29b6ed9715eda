using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Jobs;

/// <summary>The options of a job as JSON, with cozy-stack's names.</summary>
public static class JobOptionsJson
{
    private const int DeepestChain = 10;
    private const long NanosecondsPerTick = 100;

    /// <summary>Writes options as documents have them: times in nanoseconds.</summary>
    public static void Write(Utf8JsonWriter json, JobOptions options)
    {
        json.WriteStartObject();
        json.WriteNumber("max_exec_count", options.MaxTries);
        json.WriteNumber("timeout", options.Timeout.Ticks * NanosecondsPerTick);
        if (options.Priority != 0)
            json.WriteNumber("priority", options.Priority);
        if (options.IsTemplate)
            json.WriteBoolean("template", true);
        if (options.Then is { } then)
        {
            json.WriteStartObject("then");
            json.WriteString("worker", then.Worker);
            json.WritePropertyName("message");
            json.WriteRawValue(then.Message.Span);
            if (then.Options != JobOptions.Default)
            {
                json.WritePropertyName("options");
                Write(json, then.Options);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads options as documents have them; what is not understood is left out.</summary>
    public static JobOptions Read(JsonElement json) => Read(json, value => new TimeSpan(value / NanosecondsPerTick), 0);

    /// <summary>Reads options as requests have them: times in seconds.</summary>
    /// <exception cref="CozyException">Invalid.</exception>
    public static JobOptions ReadRequest(JsonElement json) =>
        Read(json, seconds => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)), 0);

    private static JobOptions Read(JsonElement json, Func<long, TimeSpan> time, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? JobOptions.Default : throw Wrong("It is not an object.");
        return new JobOptions
        {
            MaxTries = (int)Number(json, "max_exec_count"),
            Timeout = time(Number(json, "timeout")),
            Priority = (int)Number(json, "priority"),
            IsTemplate = json.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.True,
            Then = json.TryGetProperty("then", out var then) && then.ValueKind != JsonValueKind.Null ? ReadThen(then, time, depth + 1) : null,
        };
    }

    private static FollowingJob ReadThen(JsonElement json, Func<long, TimeSpan> time, int depth)
    {
        if (depth > DeepestChain)
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"A chain has at most {DeepestChain} jobs."));
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("worker", out var worker) || worker.ValueKind != JsonValueKind.String)
            throw Wrong("A following job needs a worker.");
        var message = json.TryGetProperty("message", out var value) ? JsonSerializer.SerializeToUtf8Bytes(value) : "null"u8.ToArray();
        var options = json.TryGetProperty("options", out var inner) ? Read(inner, time, depth) : JobOptions.Default;
        return new FollowingJob(worker.GetString()!, message, options);
    }

    private static long Number(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return 0;
        var isInteger = value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            && (name == "timeout" || number is >= int.MinValue and <= int.MaxValue);
        return isInteger ? value.GetInt64() : throw Wrong($"{name} is not an integer.");
    }

    private static CozyException Wrong(string detail) => CozyException.Invalid("/data/attributes/options", detail);
}
