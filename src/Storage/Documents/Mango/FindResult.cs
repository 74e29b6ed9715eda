using System.Buffers;
using System.Globalization;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango;

/// <summary>What a query found.</summary>
/// <param name="Documents">The documents, or the fields asked for, each an object of JSON.</param>
/// <param name="Bookmark">
/// Where to go on; <c>nil</c> when nothing was found and there was none to begin with; null when the selector can
/// select nothing.
/// </param>
/// <param name="Warning">What the client should improve; null for nothing.</param>
/// <param name="Statistics">What it took, if asked for.</param>
public sealed record FindResult(
    IReadOnlyList<ReadOnlyMemory<byte>> Documents, string? Bookmark, string? Warning, FindStatistics? Statistics)
{
    /// <summary>Writes CouchDB's answer: <c>{"docs":[…],"bookmark":…[,"execution_stats":…][,"warning":…]}</c>.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write("{\"docs\":["u8);
        for (var i = 0; i < Documents.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            output.Write(Documents[i].Span);
        }

        output.Write("]"u8);
        WriteText(output, ",\"bookmark\":"u8, Bookmark);
        Statistics?.WriteTo(output);
        WriteText(output, ",\"warning\":"u8, Warning);
        output.Write("}"u8);
    }

    private static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<byte> member, string? text)
    {
        if (text is null)
            return;
        output.Write(member);
        CanonicalString.Write(text, output);
    }
}

/// <summary>What a query took.</summary>
/// <param name="KeysExamined">Entries of the index that were read.</param>
/// <param name="DocumentsExamined">Documents the selector was applied to, unless the index alone could tell.</param>
/// <param name="QuorumDocumentsExamined">The same, for a <see cref="FindQuery.ReadQuorum"/> above one.</param>
/// <param name="ResultsReturned">Documents found.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record FindStatistics(
    long KeysExamined, long DocumentsExamined, long QuorumDocumentsExamined, long ResultsReturned, double Milliseconds)
{
    internal void WriteTo(IBufferWriter<byte> output)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $",\"execution_stats\":{{\"total_keys_examined\":{KeysExamined},\"total_docs_examined\":{DocumentsExamined},\"total_quorum_docs_examined\":{QuorumDocumentsExamined},\"results_returned\":{ResultsReturned},\"execution_time_ms\":{Milliseconds:0.0##}}}");
        output.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
