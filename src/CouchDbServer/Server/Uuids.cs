using System.Globalization;
using System.Security.Cryptography;

namespace Cozy.CouchDbServer.Server;

/// <summary>
/// Makes document ids that nobody has and that grow, as CouchDB's do: new documents land beside each other in the index,
/// and those of one batch keep their order.
/// </summary>
internal static class Uuids
{
    private const int PrefixLength = 26;
    private const int SuffixEnd = 1 << 24;

    private static readonly Lock Gate = new();
    private static string _prefix = "";
    private static int _suffix = SuffixEnd;

    public static string Next()
    {
        lock (Gate)
        {
            _suffix += RandomNumberGenerator.GetInt32(1, 0xffe);
            if (_suffix >= SuffixEnd)
            {
                _prefix = RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true);
                _suffix = RandomNumberGenerator.GetInt32(0, 0xffe);
            }

            return string.Create(CultureInfo.InvariantCulture, $"{_prefix}{_suffix:x6}");
        }
    }
}
