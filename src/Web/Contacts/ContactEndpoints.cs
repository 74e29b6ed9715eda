using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Contacts;

/// <summary>The owner's own card: <c>/contacts/myself</c>. All other contacts are documents like any, under <c>/data</c>.</summary>
internal sealed class ContactEndpoints(OwnerContact owner)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/contacts/myself", (RequestDelegate)ShowAsync).Requires(Verbs.Get, OwnerContact.Doctype);

    // Whoever may read all contacts may have this one made, as the server does for itself.
    private async Task ShowAsync(HttpContext context)
    {
        var card = await owner.GetAsync(context.Instance(), InstanceAddress.Of(context));
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, card, static (json, card) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("type", OwnerContact.Doctype);
            json.WriteString("id", card.Id);
            json.WritePropertyName("attributes");
            json.WriteRawValue([.. "{"u8, .. card.Members.Span, .. "}"u8], skipInputValidation: true);
            json.WriteStartObject("meta");
            json.WriteString("rev", card.Revision);
            json.WriteEndObject();
            json.WriteStartObject("links");
            json.WriteString("self", "/contacts/myself");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
