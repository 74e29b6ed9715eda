using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary>An answer that is ready to be written.</summary>
internal abstract class ViewAnswer(ViewOptions options, string sequence)
{
    protected ViewOptions Options { get; } = options;

    public abstract Task WriteAsync(JsonOutput json);

    protected void WriteSequence(JsonOutput json)
    {
        if (Options.UpdateSequence)
            json.Raw("\"update_seq\":"u8).String(sequence).Raw(","u8);
    }
}

/// <summary>Rows as they were emitted.</summary>
internal sealed class RowAnswer : ViewAnswer
{
    private const int PageSize = 500;

    private readonly Exchange _exchange;
    private readonly int _total;
    private readonly int _offset;
    private readonly List<ViewRange> _ranges;

    public RowAnswer(Exchange exchange, ViewRow[] rows, ViewOptions options, string sequence)
        : base(options, sequence)
    {
        _exchange = exchange;
        _total = rows.Length;
        var ranges = Ranges(rows, options);
        _offset = ranges.Count == 0 ? 0 : Math.Min(_total, ranges[0].Offset + options.Skip);
        _ranges = Cut(ranges, options);
    }

    public override async Task WriteAsync(JsonOutput json)
    {
        json.Raw("{\"total_rows\":"u8).Number(_total).Raw(",\"offset\":"u8).Number(_offset).Raw(","u8);
        WriteSequence(json);
        json.Raw("\"rows\":["u8);
        var first = true;
        foreach (var range in _ranges)
        {
            for (var at = 0; at < range.Count; at += PageSize)
            {
                var page = Enumerable.Range(at, Math.Min(PageSize, range.Count - at)).Select(i => range[i]).ToList();
                var documents = Options.IncludeDocuments ? await LinkedDocuments.ReadAsync(_exchange, page, Options.Conflicts) : null;
                for (var i = 0; i < page.Count; i++)
                {
                    if (!first)
                        json.Raw(","u8);
                    first = false;
                    json.Raw("{\"id\":"u8).String(page[i].Id).Raw(",\"key\":"u8).Raw(page[i].Key).Raw(",\"value\":"u8).Raw(page[i].Value);
                    if (documents is not null)
                    {
                        json.Raw(",\"doc\":"u8);
                        await AttachmentOutput.WriteDocumentAsync(_exchange, json, documents[i], Options.Attachments);
                    }

                    json.Raw("}"u8);
                }

                await _exchange.FlushAsync();
            }
        }

        json.Raw("]}"u8);
    }

    private static List<ViewRange> Ranges(ViewRow[] rows, ViewOptions options)
    {
        if (options.Keys is not { } keys)
            return [ViewRange.Between(rows, options)];
        var ranges = keys.Select(key => ViewRange.Of(rows, new ViewKey(key, null), options.Descending)).ToList();
        if (options.Descending)
            ranges.Reverse();
        return ranges;
    }

    private static List<ViewRange> Cut(List<ViewRange> ranges, ViewOptions options)
    {
        var (skip, left) = (options.Skip, options.Limit ?? int.MaxValue);
        var cut = new List<ViewRange>();
        foreach (var range in ranges)
        {
            var part = range.Slice(skip, left);
            skip -= Math.Min(skip, range.Count);
            left -= part.Count;
            cut.Add(part);
        }

        return cut;
    }
}

/// <summary>What groups of rows were reduced to.</summary>
internal sealed class GroupAnswer(IReadOnlyList<(byte[] Key, string Value)> groups, ViewOptions options, string sequence)
    : ViewAnswer(options, sequence)
{
    public override Task WriteAsync(JsonOutput json)
    {
        json.Raw("{"u8);
        WriteSequence(json);
        json.Raw("\"rows\":"u8).Array(groups, static (json, group) => json
            .Raw("{\"key\":"u8).Raw(group.Key).Raw(",\"value\":"u8)
            .Raw(System.Text.Encoding.UTF8.GetBytes(group.Value)).Raw("}"u8));
        json.Raw("}"u8);
        return Task.CompletedTask;
    }
}
