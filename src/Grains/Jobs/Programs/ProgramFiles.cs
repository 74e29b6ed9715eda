using Cozy.Grains.Apps;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Takes the files of a program out of its package, or of the folder it is developed in.</summary>
internal sealed class ProgramFiles(IGrainFactory grains, IBlobStore blobs)
{
    private const int CopyBytes = 64 * 1024;
    private static readonly EnumerationOptions Developed = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device | FileAttributes.Hidden,
    };

    /// <summary>Writes all files of an app.</summary>
    /// <exception cref="JobFailedException">They are not there.</exception>
    public async Task WriteAllAsync(InstalledApp app, ProgramFolder folder, CancellationToken cancellationToken)
    {
        if (app.DevelopmentFolder is { } developed)
        {
            foreach (var file in Directory.EnumerateFiles(developed, "*", Developed))
                File.Copy(file, folder.PathOf(Path.GetRelativePath(developed, file)));
            return;
        }

        var package = await PackageAsync(app);
        foreach (var (path, file) in package.Files)
            await WriteAsync(package, file, folder.PathOf(path), cancellationToken);
    }

    /// <summary>Writes one file of an app under another name.</summary>
    /// <exception cref="JobFailedException">It is not there.</exception>
    public async Task WriteAsync(InstalledApp app, string path, ProgramFolder folder, string name, CancellationToken cancellationToken)
    {
        if (app.DevelopmentFolder is { } developed)
        {
            File.Copy(DevelopedFile(developed, path), folder.PathOf(name));
            return;
        }

        var package = await PackageAsync(app);
        if (!package.Files.TryGetValue(path, out var entry))
            throw NoFile();
        await WriteAsync(package, entry, folder.PathOf(name), cancellationToken);
    }

    /// <summary>The text of one file of an app.</summary>
    /// <exception cref="JobFailedException">It is not there, or larger than <paramref name="mostBytes"/>.</exception>
    public async Task<string> ReadTextAsync(InstalledApp app, string path, int mostBytes)
    {
        if (app.DevelopmentFolder is { } developed)
        {
            var file = DevelopedFile(developed, path);
            return new FileInfo(file).Length <= mostBytes ? await File.ReadAllTextAsync(file) : throw TooLarge();
        }

        var package = await PackageAsync(app);
        if (!package.Files.TryGetValue(path, out var entry))
            throw NoFile();
        if (entry.Plain.Length > mostBytes)
            throw TooLarge();
        using var target = new MemoryStream();
        await WriteAsync(package, entry, target, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(target.GetBuffer(), 0, (int)target.Length);
    }

    private static string DevelopedFile(string folder, string path)
    {
        var file = Path.GetFullPath(Path.Combine(folder, path));
        return file.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file)
            ? file
            : throw NoFile();
    }

    private static JobFailedException TooLarge() => new("The file of the app is too large.", isFinal: true);

    private static JobFailedException NoFile() => new("The app has no such file.", isFinal: true);

    private async Task<AppPackage> PackageAsync(InstalledApp app) =>
        app.PackageId is { } id && await grains.GetGrain<IAppPackageGrain>(id).RereadAsync() is { } package
            ? package
            : throw new JobFailedException("The files of the app are not there.");

    private async Task WriteAsync(AppPackage package, PackagedFile file, string path, CancellationToken cancellationToken)
    {
        await using var target = File.Create(path);
        await WriteAsync(package, file, target, cancellationToken);
    }

    private async Task WriteAsync(AppPackage package, PackagedFile file, Stream target, CancellationToken cancellationToken)
    {
        if (file.Plain.Length == 0)
            return;
        var key = new BlobKey(AppPackages.Area, package.Id, package.ContentId);
        await using var content = await blobs.OpenAsync(key, new BlobRange(file.Plain.Offset, file.Plain.Length), cancellationToken)
            ?? throw new JobFailedException("The files of the app are not there.");
        if (content.Stream is { } stream)
            await stream.CopyToAsync(target, cancellationToken);
        else
            await CopyPartAsync(content.LocalPath!, file.Plain, target, cancellationToken);
    }

    private static async Task CopyPartAsync(string path, PackageSlice part, Stream target, CancellationToken cancellationToken)
    {
        await using var source = File.OpenRead(path);
        source.Position = part.Offset;
        var buffer = new byte[CopyBytes];
        for (var left = part.Length; left > 0;)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0)
                throw new JobFailedException("A file of the app is shorter than it should be.");
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }
}
