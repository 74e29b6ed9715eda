using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Accounts;

/// <summary>Accounts at other services that are about to go (<c>io.cozy.accounts</c>). The key is the instance's id.</summary>
[Alias("cozy.IAccountsGrain")]
public interface IAccountsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Keeps an account that is about to be deleted for its connector, if that wants to clear away what it has at the
    /// service; durable when this returns. The deletion itself then has the connector run.
    /// </summary>
    /// <param name="account">The account as it is kept.</param>
    [AlwaysInterleave, Alias("KeepForConnector")]
    Task KeepForConnectorAsync(Document account);
}
