using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Accounts;

/// <summary>Has no state: the documents are all there is.</summary>
[GrainType("accounts"), StatelessWorker]
internal sealed class AccountsGrain(ConnectorAccounts accounts) : Grain, IAccountsGrain
{
    public Task KeepForConnectorAsync(Document account) => accounts.KeepAsync(this.GetPrimaryKeyString(), account);
}
