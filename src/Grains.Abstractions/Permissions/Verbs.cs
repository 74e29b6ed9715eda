namespace Cozy.Grains.Permissions;

/// <summary>What a permission allows to do, named after HTTP's methods.</summary>
[Flags]
[GenerateSerializer, Alias("cozy.Verbs")]
public enum Verbs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read.</summary>
    Get = 1,

    /// <summary>Create.</summary>
    Post = 2,

    /// <summary>Replace.</summary>
    Put = 4,

    /// <summary>Change.</summary>
    Patch = 8,

    /// <summary>Delete.</summary>
    Delete = 16,

    /// <summary>Everything.</summary>
    All = Get | Post | Put | Patch | Delete,
}
