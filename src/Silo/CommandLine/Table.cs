using System.Globalization;
using System.Text;

namespace Cozy.Silo.CommandLine;

/// <summary>Text in aligned columns, for people.</summary>
internal sealed class Table
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    /// <param name="titles">The columns' titles; none for a table without a head.</param>
    public Table(params string[] titles)
    {
        if (titles.Length > 0)
            _rows.Add(titles);
    }

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var columns = _rows.Select(row => row.Length).DefaultIfEmpty().Max();
        var widths = Enumerable.Range(0, columns)
            .Select(column => _rows.Max(row => column < row.Length ? WidthOf(row[column]) : 0))
            .ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            var line = string.Join(Gap, row.Select((cell, column) => cell + new string(' ', widths[column] - WidthOf(cell))));
            text.AppendLine(line.TrimEnd());
        }

        return text.ToString();
    }

    // Combining marks and surrogate pairs are one character on a terminal.
    private static int WidthOf(string cell) => new StringInfo(cell).LengthInTextElements;
}
