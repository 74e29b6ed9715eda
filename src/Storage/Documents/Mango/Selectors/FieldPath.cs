using System.Globalization;
using System.Text;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>How a search for a field ended; only a missing member lets <c>$exists: false</c> hold.</summary>
internal enum FieldSearch
{
    Found,

    /// <summary>An object on the way has no such member.</summary>
    Missing,

    /// <summary>The way leads through something that has no members, or past the end of an array.</summary>
    NoWay,
}

/// <summary>
/// A field of a document, written with dots; a backslash keeps a dot from separating. A number leads into an array.
/// </summary>
internal sealed class FieldPath : IEquatable<FieldPath>
{
    /// <summary>The value itself.</summary>
    public static readonly FieldPath Itself = new([], "");

    private readonly byte[][] _keys;

    private FieldPath(string[] parts, string name)
    {
        Parts = parts;
        Name = name;
        _keys = Array.ConvertAll(parts, JsonQuote.Bytes);
    }

    public IReadOnlyList<string> Parts { get; }

    /// <summary>The field as it was written.</summary>
    public string Name { get; }

    public bool IsItself => Parts.Count == 0;

    /// <summary>The keys as canonical JSON strings, with their quotes.</summary>
    public IReadOnlyList<byte[]> Keys => _keys;

    /// <exception cref="DocumentStoreException">A part is empty.</exception>
    public static FieldPath Parse(string field)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '.' && (i == 0 || field[i - 1] != '\\'))
            {
                parts.Add(Take(field, part));
                part.Clear();
            }
            else if (field[i] != '\\')
            {
                part.Append(field[i]);
            }
        }

        parts.Add(Take(field, part));
        return new FieldPath([.. parts], field);
    }

    public FieldPath Append(FieldPath further) =>
        IsItself ? further : new FieldPath([.. Parts, .. further.Parts], $"{Name}.{further.Name}");

    /// <summary>Finds the field in a value, without copying.</summary>
    public FieldSearch Find(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> found)
    {
        found = value;
        for (var i = 0; i < _keys.Length; i++)
        {
            switch (found[0])
            {
                case (byte)'{':
                    if (!TryMember(found, _keys[i], out found))
                        return FieldSearch.Missing;
                    break;
                case (byte)'[':
                    if (!TryElement(found, Parts[i], out found))
                        return FieldSearch.NoWay;
                    break;
                default:
                    return FieldSearch.NoWay;
            }
        }

        return FieldSearch.Found;
    }

    public bool Equals(FieldPath? other) => other is not null && Parts.SequenceEqual(other.Parts, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    public override int GetHashCode() => Parts.Aggregate(0, static (hash, part) => HashCode.Combine(hash, StringComparer.Ordinal.GetHashCode(part)));

    private static string Take(string field, StringBuilder part) =>
        part.Length > 0
            ? part.ToString()
            : throw DocumentStoreException.Invalid("invalid_field_name", $"Invalid field name: {field}");

    private static bool TryMember(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> found)
    {
        var members = new JsonMembers(value);
        while (members.MoveNext())
        {
            if (members.Key.SequenceEqual(key))
            {
                found = members.Value;
                return true;
            }
        }

        found = default;
        return false;
    }

    private static bool TryElement(ReadOnlySpan<byte> value, string part, out ReadOnlySpan<byte> found)
    {
        found = default;
        if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) || index < 0)
            return false;
        var elements = new JsonElements(value);
        while (elements.MoveNext())
        {
            if (index-- == 0)
            {
                found = elements.Current;
                return true;
            }
        }

        return false;
    }
}
