using System.Buffers;
using System.Globalization;
using System.Text;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>
/// The order of strings: ICU's root collation at its third level, which is CouchDB's. Canonically equivalent strings
/// are equal, lower case comes before upper, control characters count as nothing.
/// </summary>
internal static class Collation
{
    /// <summary>Counts the versions of the encoding of keys in this folder.</summary>
    private const int EncodingVersion = 1;

    private const int FewChars = 256;

    private static readonly CompareInfo Root = CultureInfo.InvariantCulture.CompareInfo;

    /// <summary>
    /// What keys made now are comparable with. It changes when the machine gets another ICU, and then indexes are built
    /// again: sort keys of two versions have no order among each other.
    /// </summary>
    public static string Version { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{EncodingVersion}-{Root.Version.FullVersion:x}-{Root.Version.SortId:N}");

    /// <summary>Compares two canonical JSON strings, given with their quotes.</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
            return 0;
        var first = new Text(a, stackalloc char[FewChars]);
        var second = new Text(b, stackalloc char[FewChars]);
        var order = Root.Compare(first.Chars, second.Chars, CompareOptions.None);
        first.Dispose();
        second.Dispose();
        return order;
    }

    /// <summary>Whether two canonical JSON strings, given with their quotes, are the same to the collation.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
            return true;

        // No two printable ASCII characters are equal, and none combines with another.
        return !(IsPrintableAscii(a) && IsPrintableAscii(b)) && Compare(a, b) == 0;
    }

    /// <summary>Writes bytes whose order is that of the strings, ended by a zero that occurs nowhere else in them.</summary>
    public static void WriteSortKey(ReadOnlySpan<byte> quoted, ByteBuffer output)
    {
        var text = new Text(quoted, stackalloc char[FewChars]);
        var room = output.Reserve((text.Chars.Length * 4) + 16);
        int length;
        try
        {
            length = Root.GetSortKey(text.Chars, room, CompareOptions.None);
        }
        catch (ArgumentException)
        {
            // Some scripts need more than four bytes a character.
            room = output.Reserve(Root.GetSortKeyLength(text.Chars, CompareOptions.None) + 1);
            length = Root.GetSortKey(text.Chars, room, CompareOptions.None);
        }

        text.Dispose();
        while (length > 0 && room[length - 1] == 0)
            length--;
        output.Advance(length);
        output.Add(0);
    }

    private static bool IsPrintableAscii(ReadOnlySpan<byte> quoted) =>
        !quoted.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !quoted.Contains((byte)'\\');

    /// <summary>The characters of a JSON string; on the stack when they are few.</summary>
    private ref struct Text
    {
        private char[]? _rented;

        public Text(ReadOnlySpan<byte> quoted, Span<char> room)
        {
            var inner = quoted[1..^1];
            if (inner.Length > room.Length)
                room = _rented = ArrayPool<char>.Shared.Rent(inner.Length);
            var length = Encoding.UTF8.GetChars(inner, room);
            Chars = room[..(inner.Contains((byte)'\\') ? Unescape(room[..length]) : length)];
        }

        public ReadOnlySpan<char> Chars { get; }

        public void Dispose()
        {
            if (_rented is not null)
                ArrayPool<char>.Shared.Return(_rented);
            _rented = null;
        }

        /// <summary>Undoes, in place, the escapes that canonical JSON has: <c>\u</c> stands for control characters only.</summary>
        private static int Unescape(Span<char> chars)
        {
            var to = 0;
            for (var at = 0; at < chars.Length; at++)
            {
                var c = chars[at];
                if (c == '\\')
                {
                    c = chars[++at] switch
                    {
                        'b' => '\b',
                        'f' => '\f',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'u' => (char)ushort.Parse(chars.Slice(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                        var other => other,
                    };
                    if (chars[at] == 'u')
                        at += 4;
                }

                chars[to++] = c;
            }

            return to;
        }
    }
}
