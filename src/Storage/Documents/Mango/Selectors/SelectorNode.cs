using System.Buffers;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>A part of a selector that combines fields and their conditions.</summary>
internal abstract class SelectorNode
{
    public abstract bool Matches(ReadOnlySpan<byte> value, MatchContext context);

    /// <summary>Writes it as the object it is in a normalized selector.</summary>
    public abstract void Write(IBufferWriter<byte> output);

    protected static void WriteList(IBufferWriter<byte> output, ReadOnlySpan<byte> start, IReadOnlyList<SelectorNode> nodes)
    {
        output.Write(start);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            nodes[i].Write(output);
        }

        output.Write("]}"u8);
    }
}

/// <summary>All must hold; none is true of everything.</summary>
internal sealed class AndNode(IReadOnlyList<SelectorNode> nodes) : SelectorNode
{
    public IReadOnlyList<SelectorNode> Nodes { get; } = nodes;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            if (!Nodes[i].Matches(value, context))
                return false;
        }

        return true;
    }

    public override void Write(IBufferWriter<byte> output) => WriteList(output, "{\"$and\":["u8, Nodes);
}

/// <summary>One must hold; none, as in CouchDB, is true of everything.</summary>
internal sealed class OrNode(IReadOnlyList<SelectorNode> nodes) : SelectorNode
{
    public IReadOnlyList<SelectorNode> Nodes { get; } = nodes;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            if (Nodes[i].Matches(value, context))
                return true;
        }

        return Nodes.Count == 0;
    }

    public override void Write(IBufferWriter<byte> output) => WriteList(output, "{\"$or\":["u8, Nodes);
}

/// <summary>None of them may hold; stands only inside conditions on elements, elsewhere it is taken apart.</summary>
internal sealed class NorNode(IReadOnlyList<SelectorNode> nodes) : SelectorNode
{
    public IReadOnlyList<SelectorNode> Nodes { get; } = nodes;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            if (Nodes[i].Matches(value, context))
                return false;
        }

        return true;
    }

    public override void Write(IBufferWriter<byte> output) => WriteList(output, "{\"$nor\":["u8, Nodes);
}

/// <summary>It must not hold; stands only inside conditions on elements, elsewhere it is moved to the operators.</summary>
internal sealed class NotNode(SelectorNode node) : SelectorNode
{
    public SelectorNode Node { get; } = node;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => !Node.Matches(value, context);

    public override void Write(IBufferWriter<byte> output)
    {
        output.Write("{\"$not\":"u8);
        Node.Write(output);
        output.Write("}"u8);
    }
}

/// <summary>A field must meet a condition; when it is missing only its not existing can.</summary>
internal sealed class FieldNode(FieldPath path, Condition condition) : SelectorNode
{
    private readonly byte[] _name = JsonQuote.Bytes(path.Name);

    public FieldPath Path { get; } = path;

    public Condition Condition { get; } = condition;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context)
    {
        context.Step();
        return Path.Find(value, out var found) switch
        {
            FieldSearch.Found => Condition.Matches(found, context),
            FieldSearch.Missing => Condition is ExistsCondition { Wanted: false },
            _ => false,
        };
    }

    public override void Write(IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        output.Write(_name);
        output.Write(":"u8);
        Condition.Write(output);
        output.Write("}"u8);
    }
}

/// <summary>True of everything: the empty selector, and a text search, which has no index here to decide it.</summary>
internal sealed class EverythingNode(byte[] json) : SelectorNode
{
    public static readonly EverythingNode Empty = new("{}"u8.ToArray());

    /// <summary>Whether it is a text search.</summary>
    public bool IsText => this != Empty;

    public override bool Matches(ReadOnlySpan<byte> value, MatchContext context) => true;

    public override void Write(IBufferWriter<byte> output) => output.Write(json);
}
