using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Web.Thumbnails;

namespace Cozy.Web.Files;

/// <summary>What is shown of a file or folder beside its document.</summary>
/// <param name="Thumbnails">Makes the secrets in links to thumbnails.</param>
/// <param name="Instance">The instance.</param>
internal readonly record struct FileShown(ThumbnailSecrets Thumbnails, Instance Instance)
{
    /// <summary>A folder's children, when the folder itself was asked for.</summary>
    public FolderContents? Contents { get; init; }

    /// <summary>A file's former contents, when they are to be told.</summary>
    public IReadOnlyList<FileVersion>? Versions { get; init; }

    /// <summary>Whether files tell their path, as folders always do.</summary>
    public bool WithPath { get; init; }

    /// <summary>The same without what belongs to one entry alone.</summary>
    public FileShown Plain => this with { Contents = null, Versions = null };

    /// <summary>The secret for a file's thumbnails.</summary>
    public string ThumbnailSecret(string fileId) => Thumbnails.Make(Instance, fileId);
}
