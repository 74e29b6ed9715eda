using System.Xml.Linq;
using Cozy.Grains.Dav;
using Cozy.Grains.Permissions;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Dav;

/// <summary><c>PROPPATCH</c>: sets and removes properties, all or none. Those the server computes are not for clients.</summary>
internal sealed class PropPatchHandler(DavTree tree, DavConditions conditions, IOptions<WebOptions> options)
{
    private const string Xml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>Answers 207.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        var changes = Read(await DavXml.ReadAsync(context, options.Value.Dav.MaxXmlBytes));
        var entry = await tree.GetAsync(context, path, Verbs.Patch);
        await conditions.RequireAsync(context, new DavChange(path));

        var names = changes.ConvertAll(change => XName.Get(change.Name, change.Namespace));
        var computed = names.Where(name => LiveProperties.Find(name) is not null).Distinct().ToList();
        if (computed.Count == 0)
        {
            await GrainCalls.RetryOnceAsync(
                (Grain: tree.PropertiesOf(context), entry.Id, changes, options.Value.Dav.MaxPropertyBytes),
                static async (call, _) =>
                {
                    await call.Grain.ChangeAsync(call.Id, call.changes, call.MaxPropertyBytes);
                    return true;
                });
        }

        await using var answer = new MultiStatus(context.Response);
        answer.WriteChanges(DavPath.Href(path, entry.IsDirectory), Outcomes(names, computed));
        await answer.CompleteAsync();
    }

    private static IEnumerable<(int Status, IReadOnlyList<XName> Names)> Outcomes(List<XName> names, List<XName> computed)
    {
        if (computed.Count == 0)
        {
            yield return (StatusCodes.Status200OK, [.. names.Distinct()]);
            yield break;
        }

        yield return (StatusCodes.Status403Forbidden, computed);
        if (names.Except(computed).ToList() is { Count: > 0 } others)
            yield return (StatusCodes.Status424FailedDependency, others);
    }

    private static List<DavPropertyChange> Read(XElement? body)
    {
        if (body?.Name != DavXml.Dav + "propertyupdate")
            throw ApiException.BadRequest("the body is no propertyupdate");

        var changes = new List<DavPropertyChange>();
        foreach (var instruction in body.Elements())
        {
            if (instruction.Name != DavXml.Dav + "set" && instruction.Name != DavXml.Dav + "remove")
                continue;
            var isSet = instruction.Name.LocalName == "set";
            foreach (var property in instruction.Child("prop")?.Elements() ?? [])
            {
                changes.Add(new DavPropertyChange(
                    property.Name.NamespaceName, property.Name.LocalName, isSet ? SelfContained(property) : null));
            }
        }

        return changes.Count > 0 ? changes : throw ApiException.BadRequest("the propertyupdate changes nothing");
    }

    /// <summary>The element with the language that holds where it stands.</summary>
    private static string SelfContained(XElement property)
    {
        var language = property.AncestorsAndSelf().Select(element => element.Attribute(XName.Get("lang", Xml))).FirstOrDefault(found => found is not null);
        if (language is not null)
            property.SetAttributeValue(language.Name, language.Value);
        return property.ToString(SaveOptions.DisableFormatting);
    }
}
