using System.Diagnostics;

namespace Cozy.Testing;

/// <summary>The built program <c>cozy</c>, run as a person would run it.</summary>
public static class CozyProgram
{
    /// <summary>
    /// The path of <c>cozy.dll</c>: <c>COZY_TEST_SILO</c>, or what was built in the configuration of the calling test.
    /// </summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("COZY_TEST_SILO") ?? FindBuilt();

    /// <summary>Starts the program with its output captured.</summary>
    public static Process Start(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        start.ArgumentList.Add(Path);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // New instances have no apps but in tests that are about them: those say which.
        start.Environment["COZY_Apps__Default"] = "";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<ProgramResult> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        string? input = null, CancellationToken cancellationToken = default)
    {
        using var process = Start(arguments, environment);
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramResult(process.ExitCode, (await output).Trim(), (await error).Trim());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string FindBuilt()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        return RepositoryFolder.Under("src", "Silo", "bin", configuration, "net10.0", "cozy.dll");
    }
}

/// <summary>How a run of the program ended.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">What it printed, trimmed.</param>
/// <param name="Error">What it printed on standard error, trimmed.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Error);
