using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Grains.Accounts;

/// <summary>Reads the store each time: an owner connects an account now and then.</summary>
[GrainType("account-types")]
internal sealed class AccountTypesGrain(IDocumentStore store, IDataProtectionProvider protection) : Grain, IAccountTypesGrain
{
    private static readonly DatabaseName Database = DatabaseName.ForDoctype("secrets", "io.cozy.account_types");

    private readonly IDataProtector _seal = protection.CreateProtector("cozy.account_types");

    public async Task<AccountType?> FindAsync(string? context, string name)
    {
        if (!AccountTypeDocument.IsId(name) || name.Contains('/', StringComparison.Ordinal))
            return null;
        var found = string.IsNullOrEmpty(context) ? null : await ReadAsync($"{context}/{name}");
        found ??= await ReadAsync(name);
        return found is null ? null : AccountTypeDocument.Read(name, found.Members, _seal);
    }

    public async Task<ReadOnlyMemory<byte>> FindSecretAsync(string? context, string connector)
    {
        var own = new Dictionary<string, AccountType>(StringComparer.Ordinal);
        var general = new Dictionary<string, AccountType>(StringComparer.Ordinal);
        await DocumentPages.ForEachAsync(store, Database, (id, stored) =>
        {
            if (AccountTypeDocument.ConnectorOf(stored.Members) != connector)
                return;
            var (place, name) = id.Split('/') is [var before, var behind] ? (before, behind) : (null, id);
            if (place is null || place == context)
                (place is null ? general : own)[name] = AccountTypeDocument.Read(name, stored.Members, _seal);
        });
        var types = own.Values.Concat(general.Where(one => !own.ContainsKey(one.Key)).Select(one => one.Value)).ToList();
        return types is [{ HasSecret: true } type] ? type.Secret : default;
    }

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ListAsync()
    {
        var types = new List<ReadOnlyMemory<byte>>();
        await DocumentPages.ForEachAsync(store, Database, (id, stored) => types.Add(AccountTypeDocument.Show(id, stored.Members)));
        return types;
    }

    public async Task<ReadOnlyMemory<byte>> SaveAsync(string id, ReadOnlyMemory<byte> description)
    {
        if (!AccountTypeDocument.IsId(id))
            throw CozyException.BadRequest("The id is no name, and no context and name with a slash between them.");
        var members = AccountTypeDocument.Seal(description, _seal);
        await EditAsync(new DocumentEdit(id, (await ReadAsync(id))?.Revision, false, members));
        return AccountTypeDocument.Show(id, members);
    }

    public async Task<bool> DeleteAsync(string id)
    {
        if (await ReadAsync(id) is not { } found)
            return false;
        await EditAsync(new DocumentEdit(id, found.Revision, true, default));
        return true;
    }

    private async Task<StoredDocument?> ReadAsync(string id)
    {
        try
        {
            return await store.GetAsync(Database, id, ReadOptions.Winner) is { Deleted: false } found ? found : null;
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

    private async Task EditAsync(DocumentEdit edit)
    {
        try
        {
            if ((await store.EditAsync(Database, [edit]))[0].Failure is { } failure)
                throw failure;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
