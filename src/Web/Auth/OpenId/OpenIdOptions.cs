using System.ComponentModel.DataAnnotations;

namespace Cozy.Web.Auth.OpenId;

/// <summary>
/// Signing in at an external OpenID provider (configuration section <c>OpenId</c>): the provider of each context that has
/// one. That of <c>default</c> is for instances that name no context, and for no others.
/// </summary>
public sealed class OpenIdOptions() : Dictionary<string, OpenIdProvider>(StringComparer.OrdinalIgnoreCase), IValidatableObject
{
    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, provider) in this)
        {
            var failures = new List<ValidationResult>();
            Validator.TryValidateObject(provider, new ValidationContext(provider), failures, validateAllProperties: true);
            foreach (var failure in failures)
                yield return new ValidationResult(failure.ErrorMessage, [$"{name}:{failure.MemberNames.FirstOrDefault()}"]);
        }
    }
}

/// <summary>An external OpenID provider, and which of its accounts is the owner of which instance.</summary>
public sealed class OpenIdProvider : IValidatableObject
{
    /// <summary>
    /// Its address, below which its discovery document is. Only <c>https</c>, or <c>http</c> on this machine.
    /// </summary>
    [Required]
    public string Issuer { get; set; } = "";

    /// <summary>The id the provider knows this server by.</summary>
    [Required]
    public string ClientId { get; set; } = "";

    /// <summary>The secret that goes with it.</summary>
    [Required]
    public string ClientSecret { get; set; } = "";

    /// <summary>What is asked for, separated by spaces; <c>openid</c> must be among it.</summary>
    public string Scope { get; set; } = "openid profile";

    /// <summary>
    /// Where the provider sends browsers, for all instances: <c>https://login.example.net/oidc/redirect</c>. Empty for
    /// each instance's own <c>/oidc/redirect</c>.
    /// </summary>
    public string RedirectUri { get; set; } = "";

    /// <summary>
    /// The claim that names the owner's instance; empty to go by the id of the account alone, which the operator writes
    /// into the instance (<c>--oidc-id</c>).
    /// </summary>
    public string InstanceClaim { get; set; } = "";

    /// <summary>What comes before the claim's value in the domain.</summary>
    public string InstancePrefix { get; set; } = "";

    /// <summary>What comes after it.</summary>
    public string InstanceSuffix { get; set; } = "";

    /// <summary>What the provider is called on the login page; empty for the host of its address.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Owners log in at the provider only, and have no passphrase here.</summary>
    public bool DisablePassphrases { get; set; }

    /// <summary>Longest time for an answer of the provider.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What it is called.</summary>
    internal string Name => DisplayName.Length > 0 ? DisplayName : new Uri(Issuer).Host;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || !(issuer.Scheme == "https" || (issuer.Scheme == "http" && issuer.IsLoopback)))
            yield return new ValidationResult("It is not an address with https.", [nameof(Issuer)]);
        if (!Scope.Split(' ').Contains("openid"))
            yield return new ValidationResult("openid is not among it.", [nameof(Scope)]);
        if (RedirectUri.Length > 0 && !(Uri.TryCreate(RedirectUri, UriKind.Absolute, out var own) && own.AbsolutePath == OpenIdEndpoints.RedirectPath))
            yield return new ValidationResult($"It is not an address that ends with {OpenIdEndpoints.RedirectPath}.", [nameof(RedirectUri)]);
    }
}
