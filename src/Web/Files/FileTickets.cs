using Cozy.Grains.Files;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>What clients prepared for a later request, by the secret they got for it.</summary>
internal sealed class FileTickets(IGrainFactory grains)
{
    private const string Metadata = "metadata";
    private const string Archive = "archive";

    /// <summary>Keeps the metadata of a later upload and returns the secret for it.</summary>
    public Task<string> KeepMetadataAsync(HttpContext context, ReadOnlyMemory<byte> json) => Of(context).KeepAsync(Metadata, json);

    /// <summary>The metadata for a secret; null when the secret is not good.</summary>
    public Task<ReadOnlyMemory<byte>?> ReadMetadataAsync(HttpContext context, string secret) =>
        Of(context).FindAsync(Metadata, secret);

    /// <summary>Keeps what an archive is made of and returns the secret for it.</summary>
    public Task<string> KeepArchiveAsync(HttpContext context, ReadOnlyMemory<byte> json) => Of(context).KeepAsync(Archive, json);

    /// <summary>What an archive is made of; null when the secret is not good.</summary>
    public Task<ReadOnlyMemory<byte>?> ReadArchiveAsync(HttpContext context, string secret) =>
        Of(context).FindAsync(Archive, secret);

    private IFileTicketsGrain Of(HttpContext context) => grains.GetGrain<IFileTicketsGrain>(context.Instance().Id);
}
