using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Cozy.Silo.Hosting;

/// <summary>What both HTTP servers have in common.</summary>
internal static class Kestrel
{
    public static void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.AllowResponseHeaderCompression = false;
    }
}
