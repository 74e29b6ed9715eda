using System.Globalization;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary>One instance of an answer of the admin API, for people.</summary>
internal sealed class InstanceView(JsonElement resource)
{
    private readonly JsonElement _attributes = resource.GetProperty("attributes");

    public string Domain => Text("domain") ?? "";

    public string Locale => Text("locale") ?? "";

    public string Quota => Text("disk_quota") is { } bytes
        ? ByteSize.Format(long.Parse(bytes, CultureInfo.InvariantCulture))
        : "unlimited";

    public string State => this switch
    {
        _ when Truth("blocked") => Text("blocking_reason") is { } reason ? $"blocked ({reason})" : "blocked",
        _ when !Truth("onboarding_finished") => "waits for its owner",
        _ => "active",
    };

    /// <summary>Where the owner chooses the passphrase; null when that is done.</summary>
    public string? RegisterLink => Text("register_token") is { } token
        ? $"{Address}?registerToken={Convert.ToHexStringLower(Convert.FromBase64String(token))}"
        : null;

    public string Address => resource.GetProperty("links").GetProperty("related").GetString() ?? "";

    public static InstanceView Parse(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return new InstanceView(document.RootElement.GetProperty("data").Clone());
    }

    public override string ToString()
    {
        var table = new Table();
        table.Add("domain", Domain);
        table.Add("address", Address);
        if (_attributes.TryGetProperty("domain_aliases", out var aliases))
            table.Add("aliases", string.Join(", ", aliases.EnumerateArray().Select(alias => alias.GetString())));
        table.Add("state", State);
        table.Add("locale", Locale);
        table.Add("disk quota", Quota);
        AddIfSet(table, "context", "context");
        AddIfSet(table, "uuid", "uuid");
        AddIfSet(table, "openid account", "oidc_id");
        AddIfSet(table, "email", "email");
        AddIfSet(table, "public name", "public_name");
        AddIfSet(table, "time zone", "tz");
        AddIfSet(table, "id", "prefix");
        if (RegisterLink is { } link)
            table.Add("open", link);
        return table.ToString();
    }

    private void AddIfSet(Table table, string title, string name)
    {
        if (Text(name) is { } text)
            table.Add(title, text);
    }

    private string? Text(string name) => _attributes.TryGetProperty(name, out var value) ? value.GetString() : null;

    private bool Truth(string name) => _attributes.TryGetProperty(name, out var value) && value.GetBoolean();
}
