namespace Cozy.Web;

/// <summary>How the host of an app is made from that of its instance.</summary>
public enum SubdomainStyle
{
    /// <summary><c>drive.alice.example.net</c>: each instance needs a wildcard certificate of its own.</summary>
    Nested = 0,

    /// <summary><c>alice-drive.example.net</c>: one wildcard certificate for the farm.</summary>
    Flat = 1,
}
