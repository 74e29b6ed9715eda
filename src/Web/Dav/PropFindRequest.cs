using System.Xml.Linq;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Dav;

/// <summary>Which properties a client asks for.</summary>
/// <param name="Names">Those it names; null for all there are.</param>
/// <param name="WithValues">Whether it wants their values, or their names alone.</param>
internal sealed record PropFindRequest(IReadOnlyList<XName>? Names, bool WithValues)
{
    private const int MaxNames = 200;

    private IReadOnlyList<XName> Included { get; init; } = [];

    /// <summary>Whether properties that clients have set may be among them.</summary>
    public bool WantsDead => Names is null || Names.Any(name => LiveProperties.Find(name) is null);

    /// <summary>Whether it asks how much room there is.</summary>
    public bool WantsUsage => (Names ?? Included).Any(name => name == LiveProperties.QuotaUsed || name == LiveProperties.QuotaAvailable);

    /// <summary>Reads the body; without one it asks for all.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static PropFindRequest Read(XElement? body)
    {
        if (body is null)
            return new PropFindRequest(null, true);
        if (body.Name != DavXml.Dav + "propfind")
            throw ApiException.BadRequest("the body is no propfind");
        if (body.Child("propname") is not null)
            return new PropFindRequest(null, false);
        if (body.Child("prop") is { } asked)
            return new PropFindRequest(NamesIn(asked), true);
        if (body.Child("allprop") is null)
            throw ApiException.BadRequest("the propfind asks for nothing");
        return new PropFindRequest(null, true) { Included = body.Child("include") is { } more ? NamesIn(more) : [] };
    }

    /// <summary>The names to answer for a resource.</summary>
    public IEnumerable<XName> NamesFor(DavResource resource)
    {
        if (Names is not null)
            return Names;
        var dead = resource.Dead.Select(property => XName.Get(property.Name, property.Namespace));
        return LiveProperties.Common
            .Where(name => LiveProperties.Find(name)!.Exists(resource)).Concat(dead).Concat(Included).Distinct();
    }

    private static List<XName> NamesIn(XElement list)
    {
        var names = list.Elements().Select(element => element.Name).Distinct().ToList();
        return names.Count <= MaxNames
            ? names
            : throw new ApiException(ApiError.Api(StatusCodes.Status400BadRequest, "the propfind names too many properties"));
    }
}
