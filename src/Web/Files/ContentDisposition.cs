using System.Buffers;

namespace Cozy.Web.Files;

/// <summary>The <c>Content-Disposition</c> of a download.</summary>
internal static class ContentDisposition
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`{}~@,;=()[]'");

    /// <summary>Shown in the browser or saved, under this name.</summary>
    public static string For(string name, bool isAttachment)
    {
        var kind = isAttachment ? "attachment" : "inline";
        if (!name.AsSpan().ContainsAnyExcept(Plain))
            return $"{kind}; filename=\"{name}\"";

        // Old clients get what is left of the name, others all of it.
        var rest = string.Concat(name.Where(c => Plain.Contains(c)));
        return $"{kind}; filename=\"{(rest.Length == 0 ? "download" : rest)}\"; filename*=UTF-8''{Uri.EscapeDataString(name)}";
    }
}
