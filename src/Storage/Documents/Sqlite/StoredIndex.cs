using System.Buffers;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Sqlite;

internal enum IndexState
{
    /// <summary>It has the documents up to an id; those behind it are still to be read.</summary>
    Building = 0,

    Complete = 1,

    /// <summary>Nobody wants it any more; its entries are being removed.</summary>
    Dropped = 2,
}

/// <summary>An index as its row has it.</summary>
/// <param name="Id">Its number; never used again.</param>
/// <param name="Index">What it lists.</param>
/// <param name="Collation">The <see cref="Collation.Version"/> its keys were made with.</param>
/// <param name="State">How far it is.</param>
/// <param name="BuiltTo">While it is being built: the last document it has.</param>
internal sealed record StoredIndex(long Id, MangoIndex Index, string Collation, IndexState State, string BuiltTo)
{
    /// <summary>Whether its keys can be compared with those made now; else it is built anew.</summary>
    public bool IsCurrent => Collation == Mango.Values.Collation.Version;

    public bool CanServe => State == IndexState.Complete && IsCurrent;

    /// <summary>Whether a document that changes must be changed in it too.</summary>
    public bool Has(string id) => IsCurrent && State switch
    {
        IndexState.Complete => true,
        IndexState.Building => Utf8Order.Instance.Compare(id, BuiltTo) <= 0,
        _ => false,
    };

    /// <summary>The database's indexes, dropped ones too, by design document and name.</summary>
    public static IReadOnlyList<StoredIndex> Load(SqliteSession session, DatabaseState database)
    {
        if (session.Indexes.TryGetValue(database.Id, out var known) && known.Version == database.IndexVersion)
            return known.Indexes;
        var indexes = new List<StoredIndex>();
        using (var row = session.Query(
            "SELECT id, definition, collation, state, CAST(built_to AS BLOB) FROM indexes WHERE db = $1 ORDER BY ddoc, name", database.Id))
        {
            while (row.Read())
            {
                indexes.Add(new StoredIndex(
                    row.Number(0),
                    MangoIndex.Parse(row.Bytes(1)),
                    row.Text(2),
                    (IndexState)row.Number(3),
                    row.Text(4)));
            }
        }

        session.Indexes[database.Id] = (database.IndexVersion, indexes);
        return indexes;
    }

    /// <summary>Adds the row of an index that is to be built.</summary>
    public static void Insert(SqliteSession session, DatabaseState database, MangoIndex index) => session.Run(
        "INSERT INTO indexes(db, ddoc, name, definition, collation, state, built_to) VALUES ($1, CAST($2 AS TEXT), CAST($3 AS TEXT), $4, CAST($5 AS TEXT), $6, CAST($7 AS TEXT))",
        database.Id, index.DesignDocument, index.Name, Definition(index), Mango.Values.Collation.Version, (int)IndexState.Building, "");

    public void SetState(SqliteSession session, IndexState state, string builtTo = "") => session.Run(
        "UPDATE indexes SET state = $2, built_to = CAST($3 AS TEXT) WHERE id = $1", Id, (int)state, builtTo);

    /// <summary>What two indexes that list the same have in common.</summary>
    public static byte[] Definition(MangoIndex index)
    {
        var output = new ArrayBufferWriter<byte>(256);
        index.WriteTo(output);
        return output.WrittenSpan.ToArray();
    }
}
