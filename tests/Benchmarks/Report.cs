using System.Globalization;

namespace Cozy.Benchmarks;

/// <summary>Collects results and prints them as one table: medians over the rounds, and the ratio to the baseline.</summary>
internal sealed class Report
{
    private readonly List<string[]> _rows =
    [
        ["case", "side", "per second", "p50 ms", "p99 ms", "ratio", "goal"],
    ];

    /// <summary>Adds a case measured against baselines; the ratio is the median of the rounds' ratios.</summary>
    public void Add(
        string name, IReadOnlyList<Measurement> rounds, double? goal,
        params (string Name, IReadOnlyList<Measurement> Rounds)[] baselines)
    {
        for (var i = 0; i < baselines.Length; i++)
        {
            var ratio = Median(rounds.Zip(baselines[i].Rounds, (own, other) => own.PerSecond / other.PerSecond));
            var showsGoal = i == 0 && goal is not null;
            _rows.Add(Row(name, "cozy", rounds, Text(ratio), showsGoal ? $">= {Text(goal!.Value)}" : ""));
            _rows.Add(Row("", baselines[i].Name, baselines[i].Rounds, "1.00", ""));
        }
    }

    /// <summary>Adds a single figure.</summary>
    public void Add(string name, string side, double value, string unit, string goal) =>
        _rows.Add([name, side, $"{Text(value)} {unit}", "", "", "", goal]);

    public void Print(TextWriter output)
    {
        var widths = Enumerable.Range(0, _rows[0].Length).Select(i => _rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in _rows)
            output.WriteLine(string.Join("  ", row.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string[] Row(string name, string side, IReadOnlyList<Measurement> rounds, string ratio, string goal) =>
    [
        name, side, Text(Median(rounds.Select(round => round.PerSecond))),
        Text(Median(rounds.Select(round => round.P50))), Text(Median(rounds.Select(round => round.P99))), ratio, goal,
    ];

    private static string Text(double value) =>
        value >= 100 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>One round of load.</summary>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">99th percentile in milliseconds.</param>
internal sealed record Measurement(double PerSecond, double P50, double P99);
