namespace Cozy.Grains.Files;

/// <summary>Ids every instance's tree has.</summary>
public static class WellKnownFiles
{
    /// <summary>The doctype of files and folders.</summary>
    public const string Doctype = "io.cozy.files";

    /// <summary>The doctype of former contents of files; their ids are <c>file id/version id</c>.</summary>
    public const string VersionsDoctype = "io.cozy.files.versions";

    /// <summary>The folder <c>/</c>.</summary>
    public const string RootId = "io.cozy.files.root-dir";

    /// <summary>The folder <c>/.cozy_trash</c>.</summary>
    public const string TrashId = "io.cozy.files.trash-dir";

    /// <summary>The trash's name.</summary>
    public const string TrashName = ".cozy_trash";

    /// <summary>The folder of shared drives; made when first asked for.</summary>
    public const string SharedDrivesId = "io.cozy.files.shared-drives-dir";

    /// <summary>The media type of shortcuts (<c>.url</c>).</summary>
    public const string ShortcutType = "application/internet-shortcut";
}
