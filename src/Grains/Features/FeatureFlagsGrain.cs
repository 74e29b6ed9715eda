using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Features;

/// <summary>Keeps <c>global/io-cozy-settings</c>, <c>io.cozy.settings.flags.default</c> and <c>….context.name</c>.</summary>
[GrainType("feature-flags")]
internal sealed class FeatureFlagsGrain : Grain, IFeatureFlagsGrain
{
    private static readonly DatabaseName Database = DatabaseName.ForDoctype(DatabaseName.Global, "io.cozy.settings");

    private readonly IDocumentStore _store;
    private readonly LoadOnce<StoredDocument?> _document;

    public FeatureFlagsGrain(IDocumentStore store)
    {
        _store = store;
        _document = new(LoadAsync);
    }

    private string Scope => this.GetPrimaryKeyString();

    private string DocumentId => $"io.cozy.settings.flags.{Scope}";

    public async ValueTask<ReadOnlyMemory<byte>> GetAsync() => FlagsOf(await _document.GetAsync());

    public async Task<ReadOnlyMemory<byte>> PatchAsync(ReadOnlyMemory<byte> patch)
    {
        var document = await _document.GetAsync();
        var flags = FlagPatch.Apply(FlagsOf(document), patch, FlagScopes.HasRatios(Scope));
        try
        {
            var parent = document is { Deleted: false } ? document.Revision : (Revision?)null;
            var edit = new DocumentEdit(DocumentId, parent, false, DocumentCodec.Parse(flags.Span).Members);
            var result = (await _store.EditAsync(Database, [edit]))[0];
            if (result.Failure is { } failure)
                throw failure;
            return flags;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
        finally
        {
            _document.Reset();
        }
    }

    private static ReadOnlyMemory<byte> FlagsOf(StoredDocument? document) =>
        document is { Deleted: false } ? (byte[])[.. "{"u8, .. document.Members.Span, .. "}"u8] : "{}"u8.ToArray();

    private async Task<StoredDocument?> LoadAsync()
    {
        try
        {
            return await _store.GetAsync(Database, DocumentId, ReadOptions.Winner);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
