using System.Text.Json;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>A program to be run.</summary>
internal sealed record ProgramRun
{
    private int _lines;

    /// <summary>The job it does.</summary>
    public required JobRun Job { get; init; }

    /// <summary>The app it belongs to.</summary>
    public required string Slug { get; init; }

    /// <summary>Its file within the app's files; empty for what Node takes from their folder.</summary>
    public required string Entry { get; init; }

    /// <summary>Its environment; what the server's holds is not in it.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What it reaches.</summary>
    public required ProgramNetwork Network { get; init; }

    /// <summary>Whether the owner's browsers are told what it writes.</summary>
    public bool IsTold { get; init; }

    /// <summary>Counts a line of its output.</summary>
    public int CountLine() => ++_lines;
}

/// <summary>A line that a program wrote.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Text">What it says.</param>
/// <param name="IsFinal">It failed, and another try would fail too.</param>
internal sealed record ProgramLine(ProgramLevel Level, string Text, bool IsFinal)
{
    private const int LongestText = 4000;

    /// <summary>Reads a line of JSON with <c>type</c>, <c>message</c> and <c>no_retry</c>; null when it is none.</summary>
    public static ProgramLine? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("message", out var message))
                return null;
            var text = message.ValueKind == JsonValueKind.String ? message.GetString()! : message.GetRawText();
            return new ProgramLine(
                LevelOf(root), text.Length <= LongestText ? text : text[..LongestText],
                root.TryGetProperty("no_retry", out var final) && final.ValueKind == JsonValueKind.True);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ProgramLevel LevelOf(JsonElement line) =>
        line.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() switch
        {
            "info" => ProgramLevel.Info,
            "warn" or "warning" => ProgramLevel.Warning,
            "error" => ProgramLevel.Error,
            "critical" => ProgramLevel.Critical,
            _ => ProgramLevel.Debug,
        }
        : ProgramLevel.Debug;
}

/// <summary>The values of <c>type</c>.</summary>
internal enum ProgramLevel
{
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 for well.</param>
/// <param name="Excess">Which limit it went over, for the owner to read; null for none.</param>
internal sealed record ProgramEnd(int ExitCode, string? Excess);
