namespace Cozy.Storage.Tests.Documents;

/// <summary>Takes out of a file what newer versions have put into it.</summary>
internal static class OldVersions
{
    /// <summary>Makes a file one of version 2, before attachments, purging and compaction.</summary>
    public const string ToVersion2 =
        "ALTER TABLE documents DROP COLUMN attachments; ALTER TABLE bodies DROP COLUMN attachments; "
        + "DROP TABLE contents; DROP TABLE content_pieces; DROP TABLE purges; "
        + "ALTER TABLE databases DROP COLUMN superseded; ALTER TABLE databases DROP COLUMN purge_seq; "
        + "ALTER TABLE databases DROP COLUMN created; PRAGMA user_version = 2";

    /// <summary>Makes a file one of version 1, before indexes too.</summary>
    public const string ToVersion1 =
        ToVersion2 + "; DROP TABLE indexes; DROP TABLE index_entries; ALTER TABLE databases DROP COLUMN index_version; "
        + "PRAGMA user_version = 1";
}
