using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cozy.Web.Auth.Pages;

/// <summary>What a browser or a client sends to set the first passphrase.</summary>
/// <param name="RegisterToken">In hexadecimal.</param>
/// <param name="Passphrase">As the client derived it.</param>
/// <param name="Iterations">The rounds the client did, as text.</param>
/// <param name="Hint">Empty for none.</param>
internal sealed record FirstPassphraseRequest(string RegisterToken, string Passphrase, string Iterations, string Hint)
{
    private const int MaxPassphraseLength = 1024;
    private const int MaxHintLength = 1000;
    private const int MaxBodySize = 64 * 1024;

    /// <summary>From the fields of a form.</summary>
    public static FirstPassphraseRequest Of(AuthForm form) =>
        new(form["register_token"], form["passphrase"], form["iterations"], form["hint"]);

    /// <summary>From a form or from JSON.</summary>
    /// <exception cref="CozyException">BadRequest.</exception>
    public static async Task<FirstPassphraseRequest> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            return Of(await AuthForm.ReadAsync(request));
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodySize;
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
            return Of(body.RootElement);
        }
        catch (JsonException)
        {
            throw CozyException.BadRequest("The body is not valid JSON.");
        }
    }

    /// <summary>The request for the grain.</summary>
    /// <exception cref="CozyException">BadRequest; Invalid.</exception>
    public FirstPassphrase Validate()
    {
        if (!Pages.RegisterToken.TryParse(RegisterToken, out var token))
        {
            throw CozyException.BadRequest("Invalid register token");
        }

        if (Passphrase.Length is 0 or > MaxPassphraseLength)
        {
            throw CozyException.BadRequest("Missing or too long passphrase");
        }

        if (!int.TryParse(Iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < PassphraseDerivation.MinimumIterations or > PassphraseDerivation.MaximumIterations)
        {
            throw CozyException.Invalid(
                "KdfIterations",
                $"The number of iterations must be between {PassphraseDerivation.MinimumIterations} and {PassphraseDerivation.MaximumIterations}.");
        }

        if (Hint.Length > MaxHintLength)
        {
            throw CozyException.Invalid("hint", "The hint is too long.");
        }

        return new FirstPassphrase
        {
            RegisterToken = token,
            DerivedPassphrase = Passphrase,
            KdfIterations = iterations,
            Hint = Hint.Length == 0 ? null : Hint,
        };
    }

    private static FirstPassphraseRequest Of(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw CozyException.BadRequest("The body is not a JSON object.");
        }

        return new(Text("register_token"), Text("passphrase"), Text("iterations"), Text("hint"));

        string Text(string name) => body.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => value.GetRawText(),
                _ => string.Empty,
            }
            : string.Empty;
    }
}
