using System.ComponentModel;
using System.Diagnostics;

namespace Cozy.Grains.Apps.Sources;

/// <summary>One commit of a Git repository in a temporary folder, which is removed when this is disposed.</summary>
internal sealed class GitClone : IDisposable
{
    private const string DefaultBranch = "build";

    private GitClone(string folder) => Folder = folder;

    /// <summary>The folder with the files.</summary>
    public string Folder { get; }

    /// <summary>Clones the branch behind the <c>#</c>, or <c>build</c>, as cozy-stack does.</summary>
    /// <exception cref="Errors.CozyException">Invalid: Git is not installed, or the clone failed.</exception>
    public static async Task<GitClone> MakeAsync(Uri source, CancellationToken cancellationToken)
    {
        var clone = new GitClone(Directory.CreateTempSubdirectory("cozy-git-").FullName);
        try
        {
            await RunAsync(AddressOf(source), BranchOf(source), clone.Folder, cancellationToken);
            return clone;
        }
        catch
        {
            clone.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

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

    private static async Task RunAsync(string address, string branch, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git")
        {
            ArgumentList = { "clone", "--quiet", "--depth", "1", "--single-branch", "--branch", branch, "--", address, folder },
            RedirectStandardError = true,
            Environment =
            {
                // Nobody is there to answer a question.
                ["GIT_TERMINAL_PROMPT"] = "0",
                ["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes",
                ["GIT_ALLOW_PROTOCOL"] = "git:https:ssh",
            },
        };
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
                if (!git.HasExited)
                    git.Kill(entireProcessTree: true);
            }

            if (git.ExitCode != 0)
                throw AppErrors.NotReachable();
        }
        catch (Win32Exception)
        {
            throw AppErrors.BadSource("Git is not installed on the server");
        }
    }
}
