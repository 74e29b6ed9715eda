using System.Text.Unicode;

namespace Cozy.Storage.Documents.Json;

/// <summary>
/// Reads JSON once and writes it in the one spelling the store keeps: no white space, the escapes and numbers of
/// <see cref="CanonicalString"/> and <see cref="CanonicalNumber"/>, keys in their order and each once (the last wins).
/// </summary>
/// <remarks>
/// Strict JSON, without recursion: what a client sends cannot exhaust the stack. <c>Utf8JsonReader</c> is not
/// used because it hides the spelling (surrogates, duplicate keys) that decides what CouchDB accepts.
/// </remarks>
internal ref struct JsonCanonicalizer(ReadOnlySpan<byte> input, ByteBuffer output, int maxDepth)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private readonly Stack<Frame> _open = new();
    private int _at;

    /// <summary>The members of the outermost object, once it was read.</summary>
    public MemberTable Members { get; } = new();

    /// <summary>Whether the value is an object.</summary>
    public bool IsObject { get; private set; }

    /// <summary>Reads the whole input; false when it is not exactly one JSON value.</summary>
    public bool TryRun()
    {
        if (!Utf8.IsValid(_input))
            return false;
        do
        {
            if (!BeginValue(out var complete))
                return false;
            while (complete && _open.Count > 0)
            {
                if (!AfterValue(out complete))
                    return false;
            }
        }
        while (_open.Count > 0);
        return Peek() < 0;
    }

    /// <summary>Reads a scalar, or what opens a container and leads to its first value.</summary>
    private bool BeginValue(out bool complete)
    {
        complete = true;
        switch (Peek())
        {
            case '{':
                return Open(isObject: true, (byte)'}', out complete) && (complete || ReadKey());
            case '[':
                return Open(isObject: false, (byte)']', out complete);
            case '"':
                return Take(CanonicalString.Copy(_input[_at..], output));
            case 't':
                return TakeWord("true"u8);
            case 'f':
                return TakeWord("false"u8);
            case 'n':
                return TakeWord("null"u8);
            case < 0:
                return false;
            default:
                return Take(CanonicalNumber.Copy(_input[_at..], output));
        }
    }

    private bool Open(bool isObject, byte end, out bool complete)
    {
        complete = false;
        if (_open.Count == maxDepth)
            return false;
        if (_open.Count == 0)
            IsObject = isObject;
        output.Add(_input[_at++]);
        if (Peek() == end)
        {
            _at++;
            output.Add(end);
            complete = true;
            return true;
        }

        _open.Push(new Frame(isObject, Members.Count));
        return true;
    }

    private bool ReadKey()
    {
        if (Peek() != '"')
            return false;
        var start = output.Length;
        if (!Take(CanonicalString.Copy(_input[_at..], output)))
            return false;
        Members.Open(start, output.Length, output.Written[start..]);
        if (Peek() != ':')
            return false;
        _at++;
        output.Add((byte)':');
        return true;
    }

    private bool AfterValue(out bool complete)
    {
        complete = false;
        var frame = _open.Peek();
        if (frame.IsObject)
            Members.End(output.Length);
        var next = Peek();
        _at++;
        if (next == ',')
        {
            output.Add((byte)',');
            return !frame.IsObject || ReadKey();
        }

        if (next != (frame.IsObject ? '}' : ']'))
            return false;
        complete = true;
        _open.Pop();
        if (frame.IsObject)
            Members.DropDuplicates(frame.FirstMember, output);
        if (_open.Count > 0)
            Members.Close(frame.FirstMember);
        output.Add((byte)next);
        return true;
    }

    private bool Take(int length)
    {
        _at += length;
        return length > 0;
    }

    private bool TakeWord(ReadOnlySpan<byte> word)
    {
        if (!_input[_at..].StartsWith(word))
            return false;
        output.Add(word);
        _at += word.Length;
        return true;
    }

    /// <summary>The next byte that is not white space, not yet consumed; -1 at the end.</summary>
    private int Peek()
    {
        while (_at < _input.Length && _input[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            _at++;
        return _at < _input.Length ? _input[_at] : -1;
    }

    private readonly record struct Frame(bool IsObject, int FirstMember);
}
