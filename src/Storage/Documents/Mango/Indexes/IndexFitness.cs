using Cozy.Storage.Documents.Mango.Selectors;

namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>Whether an index can serve a query: CouchDB's rules.</summary>
internal static class IndexFitness
{
    public static bool CanServe(MangoIndex index, FindQuery query)
    {
        var selector = query.Selector.Root;
        if (index.IsSpecial)
        {
            return query.Sort.Count == 0
                || (query.Sort is [{ Field: "_id" }] && FieldRange.Fields(selector).Any(field => field.Name == "_id"));
        }

        // An index lists only documents that have all its fields: the selector, or the sort, must demand them.
        var demanded = index.Fields
            .Where(field => field.Field is not ("_id" or "_rev") && query.Sort.All(sort => sort.Field != field.Field))
            .Select(field => FieldPath.Parse(field.Field))
            .ToHashSet();
        return selector is not EverythingNode { IsText: true }
            && NotDemanded(selector, demanded).Count == 0
            && CanSort(index.Fields, query.Sort, selector);
    }

    /// <summary>Which of the fields a document may lack and still match.</summary>
    private static HashSet<FieldPath> NotDemanded(SelectorNode selector, HashSet<FieldPath> fields)
    {
        if (fields.Count == 0)
            return fields;
        switch (selector)
        {
            case AndNode and:
                var left = fields;
                foreach (var node in and.Nodes)
                    left = NotDemanded(node, left);
                return left;
            case OrNode or:
                return [.. or.Nodes.SelectMany(node => NotDemanded(node, fields))];
            case FieldNode { Condition: not ExistsCondition { Wanted: false } } field when fields.Contains(field.Path):
                return [.. fields.Where(path => !path.Equals(field.Path))];
            default:
                return fields;
        }
    }

    /// <summary>The sort is a beginning of the index, behind fields that the selector holds constant.</summary>
    private static bool CanSort(IReadOnlyList<SortField> columns, IReadOnlyList<SortField> sort, SelectorNode selector)
    {
        if (sort.Count == 0)
            return true;
        for (var start = 0; start < columns.Count; start++)
        {
            if (columns[start].Field == sort[0].Field)
                return sort.Count <= columns.Count - start && sort.Select((field, i) => field.Field == columns[start + i].Field).All(same => same);
            if (!IsConstant(selector, FieldPath.Parse(columns[start].Field)))
                return false;
        }

        return false;
    }

    private static bool IsConstant(SelectorNode selector, FieldPath field) => selector switch
    {
        AndNode and => and.Nodes.Any(node => IsConstant(node, field)),
        FieldNode { Condition: CompareCondition { Comparison: Comparison.Equal } } node => node.Path.Equals(field),
        _ => false,
    };
}
