using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>What a client must know of an instance before it can log in.</summary>
internal static class Prelogin
{
    /// <summary>The kind of key derivation: PBKDF2, the only one there is.</summary>
    private const int Pbkdf2 = 0;

    public static IResult Show(HttpContext context, OpenIdProviders providers)
    {
        var instance = context.Instance();
        return instance.OnboardingFinished
            ? AuthJson.Of(new
            {
                FranceConnect = false,
                Kdf = Pbkdf2,
                KdfIterations = IterationsOf(instance),
                OIDC = providers.Of(instance) is not null,
                locale = instance.Locale,
                magic_link = false,
                name = instance.PublicName ?? string.Empty,
            })
            : AuthJson.Error("the instance is not onboarded", StatusCodes.Status412PreconditionFailed);
    }

    /// <summary>The rounds of PBKDF2 the owner's browser has to do.</summary>
    public static int IterationsOf(Instance instance) =>
        instance.KdfIterations > 0 ? instance.KdfIterations : PassphraseDerivation.DefaultIterations;
}
