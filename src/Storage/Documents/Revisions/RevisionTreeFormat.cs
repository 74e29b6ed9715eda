using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>
/// The bytes of a revision tree: a version, the number of nodes, and for each a byte of flags, the distance to its
/// parent (or its generation if it has none), the number of its body if there is one, and its hash: 16 bytes, or a
/// length and text.
/// </summary>
internal static class RevisionTreeFormat
{
    private const byte Version = 1;
    private const byte IsRoot = 1;
    private const byte IsDeleted = 2;
    private const byte HasBody = 4;
    private const byte HasText = 8;

    public static byte[] Write(RevisionTree tree)
    {
        var output = new ArrayBufferWriter<byte>(16 + (tree.Nodes.Length * 20));
        output.Write([Version]);
        WriteNumber(output, (uint)tree.Nodes.Length);
        for (var i = 0; i < tree.Nodes.Length; i++)
        {
            var node = tree.Nodes[i];
            var flags = (node.Parent < 0 ? IsRoot : 0) | (node.Deleted ? IsDeleted : 0)
                | (node.Body > 0 ? HasBody : 0) | (node.Key.Text is null ? 0 : HasText);
            output.Write([(byte)flags]);
            WriteNumber(output, node.Parent < 0 ? (uint)node.Generation : (uint)(i - node.Parent));
            if (node.Body > 0)
                WriteNumber(output, (uint)node.Body);
            WriteKey(output, node.Key);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="DocumentStoreException">The bytes are not a tree.</exception>
    public static RevisionTree Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes[0] != Version)
                throw Damaged(null);
            var at = 1;
            var count = (int)ReadNumber(bytes, ref at);

            // No count is believed that the bytes could not hold.
            var nodes = ImmutableArray.CreateBuilder<RevisionNode>(Math.Min(count, bytes.Length));
            for (var i = 0; i < count; i++)
                nodes.Add(ReadNode(bytes, ref at, nodes));
            return new RevisionTree(nodes.ToImmutable());
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw Damaged(e);
        }
    }

    private static RevisionNode ReadNode(ReadOnlySpan<byte> bytes, ref int at, ImmutableArray<RevisionNode>.Builder nodes)
    {
        var flags = bytes[at++];
        var number = (int)ReadNumber(bytes, ref at);
        var parent = (flags & IsRoot) != 0 ? -1 : nodes.Count - number;
        var generation = parent < 0 ? number : nodes[parent].Generation + 1;
        var body = (flags & HasBody) != 0 ? (int)ReadNumber(bytes, ref at) : 0;
        RevisionKey key;
        if ((flags & HasText) != 0)
        {
            var length = (int)ReadNumber(bytes, ref at);
            key = new RevisionKey(default, Encoding.UTF8.GetString(bytes.Slice(at, length)));
            at += length;
        }
        else
        {
            key = new RevisionKey(BinaryPrimitives.ReadUInt128BigEndian(bytes[at..]), null);
            at += 16;
        }

        return new RevisionNode(parent, generation, key, (flags & IsDeleted) != 0, body);
    }

    private static void WriteKey(ArrayBufferWriter<byte> output, RevisionKey key)
    {
        if (key.Text is null)
        {
            BinaryPrimitives.WriteUInt128BigEndian(output.GetSpan(16), key.Digest);
            output.Advance(16);
            return;
        }

        var text = Encoding.UTF8.GetBytes(key.Text);
        WriteNumber(output, (uint)text.Length);
        output.Write(text);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> output, uint value)
    {
        while (value >= 0x80)
        {
            output.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        output.Write([(byte)value]);
    }

    private static uint ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (uint)(part & 0x7F) << shift;
            if (part < 0x80 || shift > 28)
                return value;
        }
    }

    private static DocumentStoreException Damaged(Exception? inner) =>
        new(StoreError.Corrupt, "corrupt", "A revision tree in the database is damaged.", inner);
}
