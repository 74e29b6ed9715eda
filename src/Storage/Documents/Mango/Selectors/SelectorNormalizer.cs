using System.Text;
using System.Text.Json;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>
/// Brings a selector into the form that is evaluated and planned with: every condition names its whole field, and
/// negations stand at the operators, so that an index can be seen to serve them.
/// </summary>
internal static class SelectorNormalizer
{
    public static SelectorNode Normalize(ParsedNode parsed)
    {
        var node = MoveNegations(Fields(parsed, FieldPath.Itself, insideElements: false));
        return node is FieldNode { Path.IsItself: true }
            ? throw DocumentStoreException.Invalid("invalid_selector", "One or more conditions is missing a field name.")
            : node;
    }

    /// <summary>Moves the names of fields down to the conditions.</summary>
    private static SelectorNode Fields(ParsedNode parsed, FieldPath path, bool insideElements) => parsed switch
    {
        ParsedList list => List(list.Operator, [.. list.Nodes.Select(node => Fields(node, path, insideElements))]),
        ParsedNot not => new NotNode(Fields(not.Node, path, insideElements)),
        ParsedElements elements => new FieldNode(
            path, new ElementsCondition(elements.Quantifier, Fields(elements.Node, FieldPath.Itself, insideElements: true))),

        // How a condition on the element itself is written in a normalized selector.
        ParsedField { Name: "" } field when insideElements => Fields(field.Node, path, insideElements),
        ParsedField field => Fields(field.Node, path.Append(FieldPath.Parse(field.Name)), insideElements),
        ParsedOperator condition => new FieldNode(path, condition.Condition),
        ParsedText text when path.IsItself && text.Json.StartsWith("{\"$default\":{\"$text\":", StringComparison.Ordinal) =>
            new EverythingNode(Encoding.UTF8.GetBytes(text.Json)),
        ParsedText text => throw BadField(text.Json),
        _ => throw new InvalidOperationException(),
    };

    private static SelectorNode List(ListOperator @operator, SelectorNode[] nodes) => @operator switch
    {
        ListOperator.And => new AndNode(nodes),
        ListOperator.Or => new OrNode(nodes),
        _ => new NorNode(nodes),
    };

    private static SelectorNode MoveNegations(SelectorNode node) => node switch
    {
        NotNode not => Negate(not.Node),
        NorNode nor => new AndNode([.. nor.Nodes.Select(Negate)]),
        AndNode and => new AndNode([.. and.Nodes.Select(MoveNegations)]),
        OrNode or => new OrNode([.. or.Nodes.Select(MoveNegations)]),
        _ => node,
    };

    private static SelectorNode Negate(SelectorNode node) => node switch
    {
        NotNode not => MoveNegations(not.Node),
        NorNode nor => new OrNode([.. nor.Nodes.Select(MoveNegations)]),
        AndNode and => new OrNode([.. and.Nodes.Select(Negate)]),
        OrNode or => new AndNode([.. or.Nodes.Select(Negate)]),
        FieldNode field => new FieldNode(field.Path, Negate(field.Condition)),
        _ => throw DocumentStoreException.Invalid("bad_arg", "Bad argument for operator $not: a text search"),
    };

    private static Condition Negate(Condition condition) => condition switch
    {
        CompareCondition compare => compare.Negated,
        InCondition list => list.Negated,
        ExistsCondition exists => new ExistsCondition(!exists.Wanted),
        _ => new NotCondition(condition),
    };

    private static DocumentStoreException BadField(string json)
    {
        using var document = JsonDocument.Parse(json);
        return DocumentStoreException.Invalid(
            "bad_field", $"Invalid field normalization on selector: {ErlangText.Bytes(document.RootElement)}");
    }
}
