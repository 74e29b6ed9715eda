using System.Security.Cryptography;

namespace Cozy.CouchDbServer;

/// <summary>Keeps the identity of a data folder in a file beside the databases.</summary>
internal static class ServerIdentity
{
    private const string FileName = "couchdb-server.uuid";

    public static string LoadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: 32 } known)
            return known;

        // Written aside and renamed, so that a crash leaves either no identity or a whole one.
        var identity = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var temporary = path + ".new";
        File.WriteAllText(temporary, identity);
        File.Move(temporary, path, overwrite: true);
        return identity;
    }
}
