using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;

namespace Cozy.Grains.Triggers;

/// <summary>What a trigger may ask for.</summary>
internal static class TriggerRules
{
    private const int LongestArguments = 4096;
    private const int LongestId = 128;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Fails unless the trigger is acceptable; its arguments are looked at elsewhere.</summary>
    /// <exception cref="CozyException">Invalid; TooLarge; BadRequest.</exception>
    public static void Check(NewTrigger request, TriggersOptions options, JobsOptions jobs)
    {
        if (!TriggerTypes.All.Contains(request.Type))
            throw CozyException.Invalid("/data/attributes/Type", "Unknown trigger type");
        if (request.Debounce.Length > 0 && (!GoDuration.TryParse(request.Debounce, out var debounce) || debounce > options.LongestDebounce))
            throw CozyException.Invalid("/data/attributes/debounce", $"time: invalid duration \"{request.Debounce}\"");
        if (request.Id is { } id && (id.Length is 0 or > LongestId || id.StartsWith('_')))
            throw CozyException.Invalid("id", "It is no id.");
        if (request.Arguments.Length > LongestArguments
            || (request.Type == TriggerTypes.Every && GoDuration.TryParse(request.Arguments, out var period) && period < options.ShortestPeriod))
        {
            throw CozyException.BadRequest("Trigger unparsable", "trigger_unparsable");
        }

        if (request.Signature is { } signature && (request.Type != TriggerTypes.Webhook || signature.Header.Length == 0 || signature.Secret.Length == 0))
            throw CozyException.Invalid("/data/attributes/signature", "A webhook's signature needs a header and a secret.");
        CheckMessage(request.Message, jobs);
        JobRules.Check(new NewJob { Worker = request.Worker, Message = request.Message, Options = request.Options ?? JobOptions.Default }, jobs);
    }

    /// <summary>Fails if a message is too long.</summary>
    /// <exception cref="CozyException">TooLarge.</exception>
    public static void CheckMessage(ReadOnlyMemory<byte> message, JobsOptions jobs)
    {
        // Half, because what sets the trigger off comes beside it.
        if (message.Length > jobs.MaxMessageBytes / 2)
            throw new CozyException(ErrorKind.TooLarge, "too_large", $"A trigger's message has at most {jobs.MaxMessageBytes / 2} bytes.");
    }

    /// <summary>Counts a call, unless there were as many within the hour as may be.</summary>
    public static bool CountCall(Queue<DateTimeOffset> calls, DateTimeOffset now, int perHour)
    {
        while (calls.TryPeek(out var oldest) && (oldest + Hour <= now || oldest > now))
            calls.Dequeue();
        if (calls.Count >= perHour)
            return false;
        calls.Enqueue(now);
        return true;
    }
}
