using System.Reflection;

namespace Cozy.Web.Admin;

/// <summary>Which version of the program this is.</summary>
public static class ProgramVersion
{
    /// <summary>The version, such as <c>1.2.3</c>, without the commit.</summary>
    public static string Current { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary><c>production</c>, or <c>development</c> for a debug build.</summary>
    public static string BuildMode =>
#if DEBUG
        "development";
#else
        "production";
#endif
}
