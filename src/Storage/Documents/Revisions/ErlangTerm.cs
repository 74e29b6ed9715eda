using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>
/// Writes values in Erlang's external term format, because CouchDB's revisions are digests of that. In one pass and
/// without recursion: what a client nests costs no more than its length.
/// </summary>
internal sealed class ErlangTerm(ByteBuffer output)
{
    /// <summary>Longer integers are written as the text they are: making numbers of them would take too long.</summary>
    private const int MaxDigits = 10_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    private readonly Stack<Container> _open = new();

    public void Version() => output.Add(131);

    /// <summary>Begins a list of so many items; <see cref="Nil"/> ends it.</summary>
    public void List(int length)
    {
        output.Add(108);
        Length(length);
    }

    /// <summary>Ends a list; alone it is the empty list.</summary>
    public void Nil() => output.Add(106);

    public void Tuple(byte length) => output.Add([104, length]);

    public void Atom(ReadOnlySpan<byte> name)
    {
        output.Add([100, 0, (byte)name.Length]);
        output.Add(name);
    }

    public void Binary(ReadOnlySpan<byte> bytes)
    {
        output.Add(109);
        Length(bytes.Length);
        output.Add(bytes);
    }

    public void Integer(BigInteger value)
    {
        if (value >= 0 && value <= 255)
        {
            output.Add([97, (byte)value]);
        }
        else if (value >= int.MinValue && value <= int.MaxValue)
        {
            output.Add(98);
            Length((int)value);
        }
        else
        {
            var magnitude = BigInteger.Abs(value).ToByteArray(isUnsigned: true);
            if (magnitude.Length <= 255)
            {
                output.Add([110, (byte)magnitude.Length]);
            }
            else
            {
                output.Add(111);
                Length(magnitude.Length);
            }

            output.Add((byte)(value.Sign < 0 ? 1 : 0));
            output.Add(magnitude);
        }
    }

    /// <summary>Writes canonical JSON as CouchDB holds it: an object is a tuple around a list of pairs.</summary>
    public void Json(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                Close();
                continue;
            }

            // The value of a member belongs to the pair its name has opened.
            if (_open.TryPop(out var parent))
            {
                var isPair = parent.IsObject && reader.TokenType == JsonTokenType.PropertyName;
                var counts = isPair || !parent.IsObject;
                _open.Push(parent with
                {
                    Count = parent.Count + (counts ? 1 : 0),
                    OnlyBytes = parent.OnlyBytes && IsByte(reader),
                });
            }

            Write(ref reader);
        }
    }

    private void Write(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Tuple(1);
                Open(isObject: true);
                break;
            case JsonTokenType.StartArray:
                Open(isObject: false);
                break;
            case JsonTokenType.PropertyName:
                Tuple(2);
                String(ref reader);
                break;
            case JsonTokenType.String:
                String(ref reader);
                break;
            case JsonTokenType.Number:
                Number(ref reader);
                break;
            case JsonTokenType.True:
                Atom("true"u8);
                break;
            case JsonTokenType.False:
                Atom("false"u8);
                break;
            default:
                Atom("null"u8);
                break;
        }
    }

    /// <summary>How many items come is not known yet: their number is filled in when the list ends.</summary>
    private void Open(bool isObject)
    {
        _open.Push(new Container(output.Length, isObject, 0, !isObject));
        List(0);
    }

    private void Close()
    {
        var list = _open.Pop();
        if (list.Count == 0)
        {
            output.Truncate(list.Start);
        }
        else if (list is { OnlyBytes: true, Count: <= ushort.MaxValue })
        {
            CloseBytes(list);
            return;
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(output.Written[(list.Start + 1)..], list.Count);
        }

        Nil();
    }

    /// <summary>Erlang writes a list of bytes as a string.</summary>
    private void CloseBytes(Container list)
    {
        var written = output.Written;
        var to = list.Start;
        written[to++] = 107;
        written[to++] = (byte)(list.Count >> 8);
        written[to++] = (byte)list.Count;
        for (var i = 0; i < list.Count; i++)
            written[to++] = written[list.Start + 5 + (2 * i) + 1];
        output.Truncate(to);
    }

    private void String(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            Binary(reader.ValueSpan);
            return;
        }

        using var text = new ByteBuffer(reader.ValueSpan.Length);
        text.Advance(reader.CopyString(text.Reserve(reader.ValueSpan.Length)));
        Binary(text.Written);
    }

    private void Number(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var integer))
        {
            Integer(integer);
        }
        else if (reader.ValueSpan.IndexOfAny(".eE"u8) >= 0)
        {
            output.Add(70);
            BinaryPrimitives.WriteDoubleBigEndian(output.Reserve(8), reader.GetDouble());
            output.Advance(8);
        }
        else if (reader.ValueSpan.Length > MaxDigits)
        {
            Binary(reader.ValueSpan);
        }
        else
        {
            var digits = Encoding.ASCII.GetString(reader.ValueSpan);
            Integer(BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }
    }

    private static bool IsByte(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= 3 && reader.TryGetByte(out _);

    private void Length(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.Reserve(4), value);
        output.Advance(4);
    }

    private readonly record struct Container(int Start, bool IsObject, int Count, bool OnlyBytes);
}
