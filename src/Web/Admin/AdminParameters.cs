using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Admin;

/// <summary>
/// The parameters of an admin request: from the query string and, for what must not appear in logs, from a form or
/// JSON body. The body wins.
/// </summary>
internal sealed class AdminParameters
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private AdminParameters()
    {
    }

    /// <summary>The value of a parameter; null when it was not given or is empty.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <exception cref="CozyException">BadRequest: the body cannot be read.</exception>
    public static async Task<AdminParameters> ReadAsync(HttpRequest request)
    {
        var parameters = new AdminParameters();
        foreach (var (name, values) in request.Query)
            parameters._values[name] = values.ToString();

        if (request.HasFormContentType)
        {
            foreach (var (name, values) in await request.ReadFormAsync(request.HttpContext.RequestAborted))
                parameters._values[name] = values.ToString();
        }
        else if (request.HasJsonContentType())
        {
            await parameters.ReadJsonAsync(request);
        }

        return parameters;
    }

    /// <summary>Whether the parameter was given, even if empty.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Refuses parameters that this server cannot honour, rather than dropping what they say.</summary>
    public void Refuse(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is not null)
                throw CozyException.Invalid(name, "This parameter is not supported.");
        }
    }

    /// <summary>A whole number; null when it was not given.</summary>
    public long? Number(string name) => this[name] switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw CozyException.Invalid(name, "Not a whole number."),
    };

    /// <summary>A truth value as Go writes it; null when it was not given.</summary>
    public bool? Truth(string name) => this[name] switch
    {
        null => null,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw CozyException.Invalid(name, "Neither true nor false."),
    };

    /// <summary>A list separated by commas; null when it was not given, empty when it was given empty.</summary>
    public IReadOnlyList<string>? List(string name) => _values.TryGetValue(name, out var text)
        ? text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : null;

    private async Task ReadJsonAsync(HttpRequest request)
    {
        try
        {
            var body = await request.ReadFromJsonAsync<Dictionary<string, JsonElement>>(request.HttpContext.RequestAborted);
            foreach (var (name, value) in body ?? [])
                _values[name] = value.ToString();
        }
        catch (JsonException)
        {
            throw CozyException.BadRequest("The body is not a JSON object.");
        }
    }
}
