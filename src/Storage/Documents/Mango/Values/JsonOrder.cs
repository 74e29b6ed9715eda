namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>CouchDB's order of JSON values, in canonical form.</summary>
internal static class JsonOrder
{
    /// <summary>Negative, zero or positive as <paramref name="a"/> comes before, with or after <paramref name="b"/>.</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var type = JsonTypes.Of(a);
        var order = type - JsonTypes.Of(b);
        if (order != 0)
            return order;
        return type switch
        {
            JsonType.Number => NumberKey.Compare(a, b),
            JsonType.String => Collation.Compare(a, b),
            JsonType.Array => CompareArrays(a, b),
            JsonType.Object => CompareObjects(a, b),
            _ => 0,
        };
    }

    public static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
            return true;
        var type = JsonTypes.Of(a);
        if (type != JsonTypes.Of(b))
            return false;
        return type == JsonType.String ? Collation.AreEqual(a, b) : Compare(a, b) == 0;
    }

    private static int CompareArrays(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var left = new JsonElements(a);
        var right = new JsonElements(b);
        while (true)
        {
            var more = left.MoveNext();
            if (more != right.MoveNext())
                return more ? 1 : -1;
            if (!more)
                return 0;
            var order = Compare(left.Current, right.Current);
            if (order != 0)
                return order;
        }
    }

    private static int CompareObjects(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var left = new JsonMembers(a);
        var right = new JsonMembers(b);
        while (true)
        {
            var more = left.MoveNext();
            if (more != right.MoveNext())
                return more ? 1 : -1;
            if (!more)
                return 0;
            var order = Collation.Compare(left.Key, right.Key);
            if (order == 0)
                order = Compare(left.Value, right.Value);
            if (order != 0)
                return order;
        }
    }
}
