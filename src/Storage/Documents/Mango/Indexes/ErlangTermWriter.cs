using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>Writes JSON values as Erlang's external term format has them (version 131, with Latin-1 atoms).</summary>
internal sealed class ErlangTermWriter(ByteBuffer output)
{
    private const byte SmallTuple = 104;
    private const byte List = 108;
    private const byte Nil = 106;
    private const byte Binary = 109;
    private const byte Bytes = 107;
    private const byte Atoms = 100;
    private const byte SmallInteger = 97;
    private const byte Integer = 98;
    private const byte BigInteger = 110;
    private const byte Float = 70;

    public void Start() => output.Add(131);

    public void Tuple(byte size)
    {
        output.Add(SmallTuple);
        output.Add(size);
    }

    /// <summary>Begins a list; <see cref="EndList"/> ends it unless it is empty.</summary>
    public void StartList(int count)
    {
        output.Add(count == 0 ? Nil : List);
        if (count > 0)
            Length(count);
    }

    public void EndList() => output.Add(Nil);

    public void Atom(string name)
    {
        output.Add(Atoms);
        output.Add(0);
        output.Add((byte)name.Length);
        output.Add(Encoding.ASCII.GetBytes(name));
    }

    public void String(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        output.Add(Binary);
        Length(bytes.Length);
        output.Add(bytes);
    }

    public void Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Object([.. value.EnumerateObject()]);
                break;
            case JsonValueKind.Array:
                Array([.. value.EnumerateArray()]);
                break;
            case JsonValueKind.String:
                String(value.GetString()!);
                break;
            case JsonValueKind.Number:
                Number(value.GetRawText());
                break;
            default:
                Atom(value.GetRawText());
                break;
        }
    }

    private void Object(List<JsonProperty> members)
    {
        Tuple(1);
        StartList(members.Count);
        foreach (var member in members)
        {
            Tuple(2);
            String(member.Name);
            Value(member.Value);
        }

        if (members.Count > 0)
            EndList();
    }

    private void Array(List<JsonElement> elements)
    {
        // A list of small numbers is written as a string.
        var bytes = elements.ConvertAll(element =>
            element.ValueKind == JsonValueKind.Number && byte.TryParse(element.GetRawText(), CultureInfo.InvariantCulture, out var number)
                ? number
                : -1);
        if (bytes.Count is > 0 and <= ushort.MaxValue && bytes.TrueForAll(number => number >= 0))
        {
            output.Add(Bytes);
            output.Add((byte)(bytes.Count >> 8));
            output.Add((byte)bytes.Count);
            output.Add(bytes.ConvertAll(number => (byte)number).ToArray());
            return;
        }

        StartList(elements.Count);
        foreach (var element in elements)
            Value(element);
        if (elements.Count > 0)
            EndList();
    }

    private void Number(string text)
    {
        if (text.AsSpan().ContainsAny('.', 'e'))
        {
            output.Add(Float);
            BinaryPrimitives.WriteDoubleBigEndian(output.Reserve(8), double.Parse(text, CultureInfo.InvariantCulture));
            output.Advance(8);
            return;
        }

        var number = System.Numerics.BigInteger.Parse(text, CultureInfo.InvariantCulture);
        if (number >= 0 && number <= byte.MaxValue)
        {
            output.Add(SmallInteger);
            output.Add((byte)number);
        }
        else if (number >= int.MinValue && number <= int.MaxValue)
        {
            output.Add(Integer);
            Length((int)number);
        }
        else
        {
            var digits = System.Numerics.BigInteger.Abs(number).ToByteArray(isUnsigned: true);
            output.Add(BigInteger);
            output.Add((byte)digits.Length);
            output.Add((byte)(number.Sign < 0 ? 1 : 0));
            output.Add(digits);
        }
    }

    private void Length(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.Reserve(4), length);
        output.Advance(4);
    }
}
