using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Contexts;
using Cozy.Grains.Doctypes;
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
using Microsoft.Extensions.Options;

namespace Cozy.Web.Settings;

/// <summary>The instance's settings: <c>/settings/instance</c>.</summary>
internal sealed class InstanceSettingsEndpoints(
    IGrainFactory grains, InstanceSettings settings, OwnerSession owner, IOptions<WebOptions> options,
    IOptions<ContextsOptions> contexts)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings/instance", (RequestDelegate)ShowAsync).WithAccess(new InstanceSettingsAccess());
        routes.MapPut("/settings/instance", (RequestDelegate)ReplaceAsync)
            .Requires(Verbs.Put, SettingsAnswer.Doctype, InstanceSettings.Id);
        routes.MapPut("/settings/instance/auth_mode", (RequestDelegate)SetAuthModeAsync).Requires(Verbs.Put, SettingsAnswer.Doctype);
        routes.MapPut("/settings/instance/sign_tos", (RequestDelegate)SignTermsAsync).RequiresToken();
    }

    private async Task ShowAsync(HttpContext context)
    {
        var document = await settings.ReadAsync(context.Instance());
        await WriteAsync(context, context.Instance(), document, InstanceSettingsAccess.ReaderOf(context));
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, options.Value);
        using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = options.Value.MaxJsonDepth });
        var (attributes, revision) = Read(json.RootElement);
        var instance = context.Instance();
        var current = await settings.ReadAsync(instance) ?? throw CozyException.NotFound("missing");
        if (current.Revision != revision)
            throw CozyException.Conflict("Document update conflict.");

        var isOperator = context.Caller().Token.Audience == TokenAudience.CommandLine;
        var patch = PatchOf(attributes, isOperator);
        if (patch != new InstancePatch())
            await grains.GetGrain<IInstanceGrain>(instance.Id).ModifyAsync(patch);
        var document = await settings.ReplaceAsync(instance, current, attributes, keepsAddress: !isOperator);
        await owner.ReloadAsync(context);
        await WriteAsync(context, context.Instance(), document, SettingsReader.Entitled);
    }

    /// <summary>Asks for a code by mail, and with the code turns on the second factor; turns it off.</summary>
    private async Task SetAuthModeAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        var mode = body.RootElement.TextOrNumber("auth_mode");
        if (mode is not (AuthModes.Basic or AuthModes.TwoFactorMail))
            throw ApiException.BadRequest("Unknown authentication mode");

        var factor = grains.GetGrain<ISecondFactorGrain>(context.Instance().Id);
        var visitor = owner.VisitorOf(context);
        var state = await factor.GetStateAsync();
        if (mode == AuthModes.Basic)
        {
            // The app is there because the owner wanted more than an app with a token can take back.
            if (state.Factor == SecondFactor.App)
                throw ApiException.Forbidden("Only the owner can turn off an authenticator app, on the page of security");
            await factor.TurnOffAsync(visitor);
        }
        else if (state.Factor == SecondFactor.None)
        {
            if (body.RootElement.TextOrNumber("two_factor_activation_code") is not { Length: > 0 } code)
            {
                await factor.SendActivationCodeAsync(visitor);
            }
            else if (!await factor.ActivateMailAsync(code, visitor))
            {
                context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                return;
            }
        }

        await owner.ReloadAsync(context);
        await SettingsAnswer.DoneAsync(context);
    }

    // There are no terms to sign on this server: clients that insist are told that it is done.
    private static Task SignTermsAsync(HttpContext context) =>
        context.Caller().Token.Audience is TokenAudience.Access or TokenAudience.CommandLine
            ? SettingsAnswer.DoneAsync(context)
            : throw ApiException.Forbidden();

    private Task WriteAsync(HttpContext context, Instance instance, Document? document, SettingsReader reader) =>
        SettingsAnswer.WriteAsync(
            context, "instance", document?.Revision,
            (instance, document, reader, page: DefaultPage.Of(contexts.Value.Of(instance.ContextName))),
            static (json, answer) => InstanceSettings.Write(json, answer.instance, answer.document, answer.reader, answer.page));

    private static (JsonElement Attributes, string Revision) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object
            || !body.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.BadRequest("the body has no data with attributes");
        }

        return data.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object
            && meta.TryGetProperty("rev", out var rev) && rev.ValueKind == JsonValueKind.String
            ? (attributes, rev.GetString()!)
            : throw ApiException.Invalid("/data/meta/rev", "The revision is missing.");
    }

    private static InstancePatch PatchOf(JsonElement attributes, bool isOperator) => new()
    {
        Locale = Text(attributes, "locale"),
        ContextName = isOperator ? Text(attributes, "context") : null,
        Uuid = isOperator ? Text(attributes, "uuid") : null,
    };

    private static string? Text(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
