using System.Text;

namespace Cozy.Silo.CommandLine;

/// <summary>Reads secrets where they show in no list of processes.</summary>
internal static class Secrets
{
    /// <summary>One line of standard input, without its end.</summary>
    public static async Task<string> ReadLineAsync(string what, CancellationToken cancellationToken)
    {
        var line = Console.IsInputRedirected
            ? await Console.In.ReadLineAsync(cancellationToken)
            : Prompt($"{what}: ");
        return string.IsNullOrEmpty(line)
            ? throw new CommandException(ExitCodes.Usage, $"No {what.ToLowerInvariant()} on standard input.")
            : line;
    }

    /// <summary>Asks twice when a person types, so that a slip of the finger is noticed.</summary>
    public static async Task<string> ReadNewAsync(string what, CancellationToken cancellationToken)
    {
        var secret = await ReadLineAsync(what, cancellationToken);
        return Console.IsInputRedirected || Prompt($"{what} again: ") == secret
            ? secret
            : throw new CommandException(ExitCodes.Usage, "The two are not the same.");
    }

    private static string Prompt(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
