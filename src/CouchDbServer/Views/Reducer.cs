using System.Text;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Views;

/// <summary>Reduces rows: by a name that CouchDB knows, or a function.</summary>
internal sealed class Reducer(string reduce, ScriptLimits limits)
{
    private const int RowsAtOnce = 1000;

    private Script? _script;

    /// <summary>What the rows are reduced to, in JSON.</summary>
    /// <exception cref="CouchException">The function is none, failed, or takes too much.</exception>
    public string Reduce(ViewRange rows)
    {
        if (reduce is ['_', ..])
            return BuiltInReduces.Reduce(reduce.Trim(), rows);
        _script ??= Script.Compile(reduce, limits);
        try
        {
            var parts = new List<string>();
            for (var at = 0; at < rows.Count; at += RowsAtOnce)
                parts.Add(ReducePart(rows, at, Math.Min(RowsAtOnce, rows.Count - at)));
            while (parts.Count > 1)
                parts = [.. parts.Chunk(RowsAtOnce).Select(some => _script.Reduce("null", $"[{string.Join(',', some)}]", again: true))];
            return parts[0];
        }
        catch (ScriptException failure)
        {
            throw new CouchException(StatusCodes.Status400BadRequest, "reduce_failed", failure.Message);
        }
    }

    private string ReducePart(ViewRange rows, int at, int count)
    {
        var keys = new StringBuilder("[");
        var values = new StringBuilder("[");
        for (var i = at; i < at + count; i++)
        {
            if (i > at)
            {
                keys.Append(',');
                values.Append(',');
            }

            keys.Append('[').Append(Encoding.UTF8.GetString(rows[i].Key)).Append(',').Append(JsonText.Quote(rows[i].Id)).Append(']');
            values.Append(Encoding.UTF8.GetString(rows[i].Value));
        }

        return _script!.Reduce(keys.Append(']').ToString(), values.Append(']').ToString(), again: false);
    }
}
