using System.Globalization;

namespace Cozy.Benchmarks;

/// <summary>What to run, and for how long.</summary>
/// <param name="Rounds">How often each side is measured, in turn.</param>
/// <param name="Duration">How long each measurement lasts.</param>
/// <param name="Cases">The names of the cases; empty for all.</param>
/// <param name="Million">Whether to search a million documents too, which takes minutes to write.</param>
internal sealed record BenchmarkOptions(int Rounds, TimeSpan Duration, IReadOnlyList<string> Cases, bool Million = false)
{
    public const string Usage = "usage: Benchmarks [--rounds N] [--seconds S] [--million] [CASE ...]";

    public static BenchmarkOptions? Parse(string[] args)
    {
        var options = new BenchmarkOptions(5, TimeSpan.FromSeconds(3), []);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--rounds" && Number(args, ++i) is { } rounds)
                options = options with { Rounds = (int)rounds };
            else if (args[i] == "--seconds" && Number(args, ++i) is { } seconds)
                options = options with { Duration = TimeSpan.FromSeconds(seconds) };
            else if (args[i] == "--million")
                options = options with { Million = true };
            else if (!args[i].StartsWith('-'))
                options = options with { Cases = [.. options.Cases, args[i]] };
            else
                return null;
        }

        return options;
    }

    public bool Wants(string name) => Cases.Count == 0 || Cases.Contains(name);

    private static double? Number(string[] args, int i) =>
        i < args.Length && double.TryParse(args[i], CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
