namespace Cozy.Storage.Tests.Documents;

/// <summary>A folder of a test's own, removed with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cozy-documents-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
