using System.Globalization;
using System.Text.Json;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>What the loader takes from one document of <c>io.cozy.files</c>.</summary>
internal sealed class LoadedNode
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    private LoadedNode(FileNode node, string parentId)
    {
        Node = node;
        Parent = new FileKey(parentId);
    }

    public FileNode Node { get; }

    public FileKey Parent { get; }

    /// <summary>The path a folder's document has; null for a file.</summary>
    public string? Path { get; private init; }

    /// <summary>Which content a file has; null for a folder.</summary>
    public string? VersionId { get; private init; }

    /// <summary>Whether a file's document says that it is in the trash.</summary>
    public bool IsTrashed { get; private init; }

    public IReadOnlyList<FileReference> ReferencedBy { get; private init; } = [];

    public IReadOnlyList<FileReference> NotSynchronizedOn { get; private init; } = [];

    /// <summary>What lists of references sort it by.</summary>
    public string Date { get; private init; } = "";

    /// <summary>Reads a document; null when it is no file or folder.</summary>
    public static LoadedNode? Read(StoredDocument document)
    {
        var fields = new Fields();
        var json = new byte[document.Members.Length + 2];
        json[0] = (byte)'{';
        document.Members.Span.CopyTo(json.AsSpan(1));
        json[^1] = (byte)'}';
        fields.Read(json);
        if (fields.Type is not ("directory" or "file"))
            return null;

        var key = new FileKey(document.Id);
        var isDirectory = fields.Type == "directory";
        var references = FileReferences.Read(fields.ReferencedBy.Span);
        return new LoadedNode(
            isDirectory ? new FolderNode(key, fields.Name) : new FileNode(key, fields.Name, fields.Size), fields.ParentId)
        {
            Path = isDirectory ? fields.Path ?? "" : null,
            VersionId = isDirectory ? null : fields.VersionId,
            IsTrashed = fields.IsTrashed,
            ReferencedBy = references,
            NotSynchronizedOn = FileReferences.Read(fields.NotSynchronizedOn.Span),
            Date = references.Count > 0 ? FileReferences.DateOf(document.Members) : "",
        };
    }

    private struct Fields
    {
        public Fields()
        {
        }

        public string Type { get; private set; } = "";

        public string Name { get; private set; } = "";

        public string ParentId { get; private set; } = "";

        public string? Path { get; private set; }

        public string? VersionId { get; private set; }

        public long Size { get; private set; }

        public bool IsTrashed { get; private set; }

        public ReadOnlyMemory<byte> ReferencedBy { get; private set; }

        public ReadOnlyMemory<byte> NotSynchronizedOn { get; private set; }

        public void Read(byte[] json)
        {
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                    Type = Text(ref reader);
                else if (reader.ValueTextEquals("name"u8))
                    Name = Text(ref reader);
                else if (reader.ValueTextEquals("dir_id"u8))
                    ParentId = Text(ref reader);
                else if (reader.ValueTextEquals("path"u8))
                    Path = Text(ref reader);
                else if (reader.ValueTextEquals("size"u8))
                    Size = long.TryParse(Text(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
                else if (reader.ValueTextEquals("internal_vfs_id"u8))
                    VersionId = Text(ref reader);
                else if (reader.ValueTextEquals("trashed"u8))
                    IsTrashed = reader.Read() && reader.TokenType == JsonTokenType.True;
                else if (reader.ValueTextEquals("referenced_by"u8))
                    ReferencedBy = Raw(ref reader, json);
                else if (reader.ValueTextEquals("not_synchronized_on"u8))
                    NotSynchronizedOn = Raw(ref reader, json);
                else
                    reader.Skip();
            }
        }

        private static string Text(ref Utf8JsonReader reader)
        {
            reader.Read();
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            reader.Skip();
            return text;
        }

        private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader, byte[] json)
        {
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return json.AsMemory(start..(int)reader.BytesConsumed);
        }
    }
}
