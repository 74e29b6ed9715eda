using System.Buffers;
using Cozy.Storage.Documents.Json;
using Cozy.Storage.Documents.Mango.Selectors;

namespace Cozy.Storage.Documents.Mango;

/// <summary>Tells some fields of documents, in the order asked for; one inside another comes in its objects.</summary>
/// <param name="fields">The fields, with dots between their parts; none for whole documents.</param>
/// <exception cref="DocumentStoreException">A name is not one a field can have.</exception>
public sealed class Projection(IReadOnlyList<string> fields)
{
    private readonly FieldPath[] _paths = [.. fields.Select(FieldPath.Parse).Distinct()];

    /// <summary>The fields of a document as an object; the document itself when no fields are asked for.</summary>
    public byte[] Apply(ReadOnlySpan<byte> document)
    {
        if (_paths.Length == 0)
            return document.ToArray();
        var root = new Member([]);
        foreach (var path in _paths)
        {
            if (path.Find(document, out var value) == FieldSearch.Found)
                root.Set(path.Keys, value.ToArray());
        }

        using var output = new ByteBuffer(256);
        root.Write(output);
        return output.Written.ToArray();
    }

    /// <summary>The fields of a document as an object.</summary>
    public byte[] Apply(StoredDocument document)
    {
        var output = new ArrayBufferWriter<byte>(document.Members.Length + 256);
        DocumentCodec.Write(output, document);
        return Apply(output.WrittenSpan);
    }

    /// <summary>A value, or an object of which some members are told.</summary>
    private sealed class Member(byte[] key)
    {
        private readonly List<Member> _members = [];
        private byte[]? _value;

        public void Set(IReadOnlyList<byte[]> keys, byte[] value)
        {
            var member = this;
            foreach (var part in keys)
            {
                // What is told as a whole has all its fields already.
                if (member._value is not null)
                    return;
                var next = member._members.Find(other => other.Key.AsSpan().SequenceEqual(part));
                if (next is null)
                    member._members.Add(next = new Member(part));
                member = next;
            }

            member._value = value;
        }

        private byte[] Key { get; } = key;

        public void Write(ByteBuffer output)
        {
            if (_value is not null)
            {
                output.Add(_value);
                return;
            }

            output.Add((byte)'{');
            for (var i = 0; i < _members.Count; i++)
            {
                if (i > 0)
                    output.Add((byte)',');
                output.Add(_members[i].Key);
                output.Add((byte)':');
                _members[i].Write(output);
            }

            output.Add((byte)'}');
        }
    }
}
