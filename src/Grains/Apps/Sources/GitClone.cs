using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Cozy.Grains.Apps.Sources;

/// <summary>
/// One commit of a Git repository in a temporary folder, which is removed when this is disposed. Its files are never checked
/// out: a repository of a few kilobytes can hold billions of them. They are read one after the other, as from an archive.
/// </summary>
internal sealed class GitClone : IDisposable
{
    private const string DefaultBranch = "build";

    // What "ulimit -f" counts in, by POSIX.
    private const int BlockBytes = 512;

    // What a shell answers for a command that is not there.
    private const int NotFound = 127;

    private readonly string _folder;

    private GitClone(string folder) => _folder = folder;

    /// <summary>Clones the branch behind the <c>#</c>, or <c>build</c>, as cozy-stack does.</summary>
    /// <param name="source">The repository.</param>
    /// <param name="maxBytes">How much it may send.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Errors.CozyException">Invalid: Git is not installed, or the clone failed.</exception>
    public static async Task<GitClone> MakeAsync(Uri source, long maxBytes, CancellationToken cancellationToken)
    {
        var clone = new GitClone(Directory.CreateTempSubdirectory("cozy-git-").FullName);
        try
        {
            await clone.FetchAsync(AddressOf(source), BranchOf(source), maxBytes, cancellationToken);
            return clone;
        }
        catch
        {
            clone.Dispose();
            throw;
        }
    }

    /// <summary>Hands the files over as a tar archive, which need not be read to its end. Blocks.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="cancellationToken">Ends it, also while Git says nothing.</param>
    public void Read(Action<Stream> reader, CancellationToken cancellationToken)
    {
        // With the attributes of the commit Git would read the whole tree first.
        var start = Git("--git-dir", _folder, "archive", "--worktree-attributes", "--format=tar", "HEAD");
        start.RedirectStandardOutput = true;
        using var git = Process.Start(start)!;
        try
        {
            // Billions of folders without a file make Git compute for ever and write nothing, which no reader would notice.
            using var ending = cancellationToken.UnsafeRegister(static process => End((Process)process!), git);
            reader(git.StandardOutput.BaseStream);
        }
        finally
        {
            End(git);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string BranchOf(Uri source)
    {
        var branch = Uri.UnescapeDataString(source.Fragment.TrimStart('#'));
        return branch.StartsWith('-') ? throw AppErrors.BadSource("Not a branch")
            : branch.Length > 0 ? branch
            : DefaultBranch;
    }

    private static string AddressOf(Uri source) => source.Scheme switch
    {
        "git+https" or "git+ssh" => source.GetLeftPart(UriPartial.Path)["git+".Length..],
        _ => source.GetLeftPart(UriPartial.Path),
    };

    private static ProcessStartInfo Git(params ReadOnlySpan<string> arguments) => new("git", [.. arguments])
    {
        Environment =
        {
            // Nobody is there to answer a question.
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes",
            ["GIT_ALLOW_PROTOCOL"] = "git:https:ssh",
        },
    };

    /// <summary>Has a command end when it writes a file that is too large: what a repository sends is one file.</summary>
    private static ProcessStartInfo Limited(ProcessStartInfo command, long maxBytes)
    {
        if (OperatingSystem.IsWindows())
            return command;
        var blocks = (maxBytes / BlockBytes).ToString(CultureInfo.InvariantCulture);
        var limited = new ProcessStartInfo("sh", ["-c", "ulimit -f \"$0\" && exec \"$@\"", blocks, command.FileName, .. command.ArgumentList]);
        foreach (var (name, value) in command.Environment)
            limited.Environment[name] = value;
        return limited;
    }

    private static void End(Process git)
    {
        if (!git.HasExited)
            git.Kill(entireProcessTree: true);
    }

    private async Task FetchAsync(string address, string branch, long maxBytes, CancellationToken cancellationToken)
    {
        var start = Limited(
            Git("clone", "--quiet", "--bare", "--depth", "1", "--single-branch", "--branch", branch, "--", address, _folder), maxBytes);
        start.RedirectStandardError = true;
        try
        {
            using var git = Process.Start(start)!;
            try
            {
                await git.StandardError.ReadToEndAsync(cancellationToken);
                await git.WaitForExitAsync(cancellationToken);
            }
            finally
            {
                End(git);
            }

            if (git.ExitCode == NotFound)
                throw AppErrors.BadSource("Git is not installed on the server");
            if (git.ExitCode != 0)
                throw AppErrors.NotReachable();
        }
        catch (Win32Exception)
        {
            throw AppErrors.BadSource("Git is not installed on the server");
        }
    }
}
