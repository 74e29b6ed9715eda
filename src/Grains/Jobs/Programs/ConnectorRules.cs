using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Which connectors are run, and what their errors mean. The words are those that connectors and clients know.</summary>
internal static class ConnectorRules
{
    /// <summary>What a run is answered that maintenance keeps from running.</summary>
    public const string Maintenance = "MAINTENANCE";

    private const string LoginFailed = "LOGIN_FAILED";
    private const string ActionNeeded = "USER_ACTION_NEEDED";
    private const string TermsNeeded = "USER_ACTION_NEEDED.CGU_FORM";

    /// <summary>Whether a try after this error would fail in the same way.</summary>
    public static bool IsFinal(string error) =>
        error.StartsWith(LoginFailed, StringComparison.Ordinal) || error.StartsWith(ActionNeeded, StringComparison.Ordinal);

    /// <summary>
    /// Whether a trigger's runs wait for the owner after this error: each of them could bring the account closer to being
    /// locked at the other place.
    /// </summary>
    public static bool WaitsForOwner(string? error) => error is not null && error != TermsNeeded && IsFinal(error);

    /// <summary>Whether maintenance keeps a connector from running.</summary>
    /// <param name="maintenance">The connectors under maintenance, a JSON array.</param>
    /// <param name="slug">The connector.</param>
    /// <param name="isManual">A person asked for it.</param>
    public static bool IsStopped(ReadOnlyMemory<byte> maintenance, string slug, bool isManual)
    {
        using var json = JsonDocument.Parse(maintenance);
        return json.RootElement.ValueKind == JsonValueKind.Array && json.RootElement.EnumerateArray().Any(app =>
            app.ValueKind == JsonValueKind.Object && app.Text("slug") == slug && app.Flag("maintenance_activated")
            && !(isManual && app.TryGetProperty("maintenance_options", out var options) && options.ValueKind == JsonValueKind.Object
                && !options.Flag("flag_disallow_manual_exec")));
    }
}
