using System.Xml.Linq;
using Cozy.Grains.Dav;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Dav;

/// <summary>
/// <c>PROPPATCH</c>: sets and removes properties, all or none. Those the server computes are not for clients, but for the time of
/// the last change, which goes to the file itself.
/// </summary>
internal sealed class PropPatchHandler(DavTree tree, DavConditions conditions, IOptions<WebOptions> options)
{
    private const string Xml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>Answers 207.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        var properties = Read(await DavXml.ReadAsync(context, options.Value.Dav.MaxXmlBytes));
        var entry = await tree.GetAsync(context, path, Verbs.Patch);
        await conditions.RequireAsync(context, new DavChange(path));

        var file = StoredFile.From(entry);
        var refused = properties.Where(property => !IsAllowed(property, file)).Select(property => property.Name).Distinct().ToList();
        if (refused.Count == 0)
            await ApplyAsync(context, entry, file, properties);

        await using var answer = new MultiStatus(context.Response);
        answer.WriteChanges(DavPath.Href(path, entry.IsDirectory), Outcomes([.. properties.Select(property => property.Name)], refused));
        await answer.CompleteAsync();
    }

    private static bool IsAllowed(Property property, StoredFile file)
    {
        if (property.Element is { } set && ModifiedTime.IsOnly(property.Name))
            return ModifiedTime.Read(set) >= file.CreatedAt;

        // A client that sets a time says once more which content it is the time of.
        return LiveProperties.Find(property.Name) is null
            || (property.Element is { } said && LiveProperties.Is(property.Name, said, file));
    }

    private async Task ApplyAsync(HttpContext context, FileEntry entry, StoredFile file, List<Property> properties)
    {
        var kept = properties
            .Where(property => LiveProperties.Find(property.Name) is null && !ModifiedTime.IsOnly(property.Name))
            .Select(property => new DavPropertyChange(
                property.Name.NamespaceName, property.Name.LocalName, property.Element is { } set ? SelfContained(set) : null))
            .ToList();
        if (kept.Count > 0)
        {
            await GrainCalls.RetryOnceAsync(
                (Grain: tree.PropertiesOf(context), entry.Id, kept, options.Value.Dav.MaxPropertyBytes),
                static async (call, _) =>
                {
                    await call.Grain.ChangeAsync(call.Id, call.kept, call.MaxPropertyBytes);
                    return true;
                });
        }

        var time = properties.Where(property => property.Element is not null && ModifiedTime.Is(property.Name))
            .Select(property => ModifiedTime.Read(property.Element!)).LastOrDefault(read => read is not null);
        if (time >= file.CreatedAt && time != file.ModifiedAt)
        {
            await tree.Of(context).PatchAsync(
                new FilePatch { Id = entry.Id, UpdatedAt = time, Author = FileAuthors.From(context, options.Value) });
        }
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

    private static List<Property> Read(XElement? body)
    {
        if (body?.Name != DavXml.Dav + "propertyupdate")
            throw ApiException.BadRequest("the body is no propertyupdate");

        var changes = new List<Property>();
        foreach (var instruction in body.Elements())
        {
            if (instruction.Name != DavXml.Dav + "set" && instruction.Name != DavXml.Dav + "remove")
                continue;
            var isSet = instruction.Name.LocalName == "set";
            foreach (var property in instruction.Child("prop")?.Elements() ?? [])
                changes.Add(new Property(property.Name, isSet ? property : null));
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

    /// <summary>A property to set to what its element says, or without one to remove.</summary>
    private readonly record struct Property(XName Name, XElement? Element);
}
