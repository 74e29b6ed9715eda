using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Settings;

/// <summary>The owner's passphrase and its hint: <c>/settings/passphrase</c> and <c>/settings/hint</c>.</summary>
internal sealed class PassphraseSettingsEndpoints(IGrainFactory grains, OwnerSession owner)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings/passphrase", (RequestDelegate)ShowAsync).Requires(Verbs.Get, SettingsAnswer.Doctype);
        routes.MapPut("/settings/passphrase", (RequestDelegate)ChangeAsync).Requires(Verbs.Put, SettingsAnswer.Doctype);
        routes.MapPost("/settings/passphrase/check", (RequestDelegate)CheckAsync).Requires(Verbs.Put, SettingsAnswer.Doctype);
        routes.MapGet("/settings/hint", (RequestDelegate)ShowHintAsync).Requires(Verbs.Get, SettingsAnswer.Doctype);
        routes.MapPost("/settings/vault", (RequestDelegate)OpenVaultAsync).Requires(Verbs.Post, "com.bitwarden.ciphers");
        routes.MapPut("/settings/hint", (RequestDelegate)SetHintAsync).Requires(Verbs.Put, SettingsAnswer.Doctype);
    }

    private static Task ShowAsync(HttpContext context) =>
        SettingsAnswer.WriteAsync(context, "passphrase", null, context.Instance(), static (json, instance) =>
        {
            json.WriteString("salt", PassphraseDerivation.Salt(instance.Domain));
            json.WriteNumber("kdf", 0);
            json.WriteNumber("iterations", Prelogin.IterationsOf(instance));
        });

    private async Task ChangeAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        var json = body.RootElement;
        if (json.Flag("force"))
        {
            await ForceAsync(context, json);
            return;
        }

        var session = await context.SessionAsync();
        var outcome = await PassphraseOf(context).ChangeAsync(new PassphraseChange
        {
            CurrentPassphrase = json.TextOrNumber("current_passphrase"),
            NewPassphrase = json.TextOrNumber("new_passphrase"),
            KdfIterations = IterationsOf(json),
            TwoFactorToken = json.TextOrNumber("two_factor_token"),
            TwoFactorCode = json.TextOrNumber("two_factor_passcode"),
            Keys = VaultKeysReader.Read(name => json.TextOrNumber(name), "publicKey", "privateKey"),
            LongRun = session?.LongRun ?? true,
            Visitor = owner.VisitorOf(context),
        });
        if (outcome.TwoFactorToken is { } token)
        {
            await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, token, static (writer, token) =>
            {
                writer.WriteStartObject();
                writer.WriteString("two_factor_token", token);
                writer.WriteEndObject();
            });
            return;
        }

        await owner.ReloadAsync(context);
        owner.Begin(context, outcome.Session!);
        await SettingsAnswer.DoneAsync(context);
    }

    /// <summary>Without the current one: for the operator, and where there is none yet.</summary>
    private async Task ForceAsync(HttpContext context, JsonElement json)
    {
        if (context.Caller().Token.Audience != TokenAudience.CommandLine && context.Instance().PassphraseHash is not null)
            throw ApiException.BadRequest("The passphrase is defined, it cannot be replaced without the current one.");
        await PassphraseOf(context).SetAsync(json.TextOrNumber("new_passphrase"), IterationsOf(json));
        await owner.ReloadAsync(context);
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task CheckAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        var passphrase = body.RootElement.TextOrNumber("passphrase");
        if (!await grains.GetGrain<IAuthGrain>(context.Instance().Id).CheckPassphraseAsync(passphrase, owner.VisitorOf(context)))
            throw new CozyException(ErrorKind.Forbidden, "forbidden", "Invalid passphrase");
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task ShowHintAsync(HttpContext context)
    {
        if (!await PassphraseOf(context).HasHintAsync())
            throw CozyException.NotFound("No hint");
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task SetHintAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        await PassphraseOf(context).SetHintAsync(DerivedPassphrase.RequireHint(body.RootElement.TextOrNumber("hint")));
        await SettingsAnswer.DoneAsync(context);
    }

    /// <summary>A client of the vault is there: its settings say so from now on. There are no ciphers to make of accounts, whose passwords stay sealed.</summary>
    private async Task OpenVaultAsync(HttpContext context)
    {
        await PassphraseOf(context).OpenVaultAsync();
        await SettingsAnswer.DoneAsync(context);
    }

    private IPassphraseGrain PassphraseOf(HttpContext context) => grains.GetGrain<IPassphraseGrain>(context.Instance().Id);

    private static int? IterationsOf(JsonElement json) =>
        json.TextOrNumber("iterations") is { Length: > 0 } text and not "0" ? DerivedPassphrase.RequireIterations(text) : null;
}
