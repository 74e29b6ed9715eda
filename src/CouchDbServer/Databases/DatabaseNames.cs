using Cozy.CouchDbServer.Http;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Databases;

/// <summary>Which names a database may have.</summary>
internal static class DatabaseNames
{
    /// <summary>CouchDB's limit: a name becomes a part of file names.</summary>
    private const int MaxLength = 238;

    public static bool IsLegal(string name) =>
        name is [>= 'a' and <= 'z', ..]
        && name.Length <= MaxLength
        && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '$' or '(' or ')' or '+' or '-' or '/');

    public static CouchException Illegal(string name) => new(
        StatusCodes.Status400BadRequest,
        "illegal_database_name",
        $"Name: '{name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / "
        + "are allowed. Must begin with a letter.");
}
