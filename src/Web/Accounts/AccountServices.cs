using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Accounts;

/// <summary>What <c>/accounts</c>, and accounts in <c>/data</c>, need of the container.</summary>
internal static class AccountServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<AccountSeal>()
        .AddSingleton<AccountDocuments>()
        .AddSingleton<AccountAttempts>()
        .AddSingleton<ProviderTokens>()
        .AddSingleton<AccountReturns>()
        .AddSingleton<AccountEndpoints>();
}
