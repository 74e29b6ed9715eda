using System.Runtime.InteropServices;
using System.Text;

namespace Cozy.Storage.Documents.Json;

/// <summary>
/// Where the members of the objects being written lie in the output, so that of members with the same key all but the
/// last can be taken out again when their object ends.
/// </summary>
internal sealed class MemberTable
{
    /// <summary>Objects of up to so many members are compared pair by pair, larger ones by sorted hashes.</summary>
    private const int FewMembers = 12;

    private readonly List<Member> _members = [];

    public int Count => _members.Count;

    public ReadOnlySpan<Member> All => CollectionsMarshal.AsSpan(_members);

    public void Open(int start, int keyEnd, ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        _members.Add(new Member(start, keyEnd, 0, hash.ToHashCode()));
    }

    public void End(int end) => CollectionsMarshal.AsSpan(_members)[^1].End = end;

    /// <summary>Forgets the members from <paramref name="first"/> on: their object has ended.</summary>
    public void Close(int first) => _members.RemoveRange(first, _members.Count - first);

    /// <summary>Takes the members out of the output whose key occurs again later in the same object.</summary>
    public void DropDuplicates(int first, ByteBuffer output)
    {
        var members = CollectionsMarshal.AsSpan(_members)[first..];
        if (members.Length > 1 && MayRepeat(members) && MarkRepeated(members, output.Written))
            DropMarked(first, output);
    }

    /// <summary>Takes the members out of the output whose <see cref="Member.Dropped"/> is set.</summary>
    public void DropMarked(int first, ByteBuffer output)
    {
        var members = CollectionsMarshal.AsSpan(_members)[first..];
        if (members.IsEmpty)
            return;
        var written = output.Written;
        var origin = members[0].Start;
        var at = origin;
        var kept = 0;
        foreach (var member in members)
        {
            if (member.Dropped)
                continue;
            if (at > origin)
                written[at++] = (byte)',';
            written[member.Start..member.End].CopyTo(written[at..]);
            members[kept++] = member.MovedTo(at);
            at += member.End - member.Start;
        }

        output.Truncate(at);
        _members.RemoveRange(first + kept, members.Length - kept);
    }

    public void Mark(int index) => CollectionsMarshal.AsSpan(_members)[index].Dropped = true;

    private static bool MayRepeat(ReadOnlySpan<Member> members)
    {
        if (members.Length <= FewMembers)
        {
            for (var i = 1; i < members.Length; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (members[i].KeyHash == members[j].KeyHash)
                        return true;
                }
            }

            return false;
        }

        var hashes = new int[members.Length];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = members[i].KeyHash;
        Array.Sort(hashes);
        for (var i = 1; i < hashes.Length; i++)
        {
            if (hashes[i] == hashes[i - 1])
                return true;
        }

        return false;
    }

    private static bool MarkRepeated(Span<Member> members, ReadOnlySpan<byte> written)
    {
        var last = new Dictionary<string, int>(members.Length, StringComparer.Ordinal);
        var any = false;
        for (var i = 0; i < members.Length; i++)
        {
            // One char per byte: keys are compared, not read.
            var key = Encoding.Latin1.GetString(members[i].Key(written));
            if (last.TryGetValue(key, out var earlier))
            {
                members[earlier].Dropped = true;
                any = true;
            }

            last[key] = i;
        }

        return any;
    }

    /// <summary>One member in the output: its key with quotes, a colon, its value.</summary>
    internal struct Member(int start, int keyEnd, int end, int keyHash)
    {
        public readonly int Start = start;
        public readonly int KeyEnd = keyEnd;
        public readonly int KeyHash = keyHash;
        public int End = end;
        public bool Dropped;

        /// <summary>The key with its quotes.</summary>
        public readonly ReadOnlySpan<byte> Key(ReadOnlySpan<byte> written) => written[Start..KeyEnd];

        public readonly ReadOnlySpan<byte> Value(ReadOnlySpan<byte> written) => written[(KeyEnd + 1)..End];

        public readonly Member MovedTo(int start) => new(start, start + KeyEnd - Start, start + End - Start, KeyHash);
    }
}
