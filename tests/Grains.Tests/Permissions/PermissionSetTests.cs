using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Xunit;

namespace Cozy.Grains.Tests.Permissions;

public sealed class PermissionSetTests
{
    [Theory]
    [InlineData("io.cozy.files", Verbs.Delete, "io.cozy.files", true)]
    [InlineData("io.cozy.files:ALL", Verbs.Patch, "io.cozy.files", true)]
    [InlineData("io.cozy.files:GET,POST", Verbs.Post, "io.cozy.files", true)]
    [InlineData("io.cozy.files:GET,POST", Verbs.Put, "io.cozy.files", false)]
    [InlineData("io.cozy.files:GET", Verbs.Get, "io.cozy.files.versions", false)]
    [InlineData("io.cozy.contacts io.cozy.files:GET", Verbs.Get, "io.cozy.files", true)]
    [InlineData("io.cozy.files:GET:one", Verbs.Get, "io.cozy.files", false)]
    [InlineData("io.cozy.bank.*", Verbs.Get, "io.cozy.bank", true)]
    [InlineData("io.cozy.bank.*", Verbs.Get, "io.cozy.bank.accounts", true)]
    [InlineData("io.cozy.bank.*", Verbs.Get, "io.cozy.bankers", false)]
    [InlineData("io.cozy.*", Verbs.Get, "io.cozy.files", false)]
    [InlineData("*", Verbs.Delete, "io.cozy.anything", true)]
    [InlineData("", Verbs.Get, "io.cozy.files", false)]
    public void A_scope_allows_what_it_says_on_a_whole_doctype(string scope, Verbs verb, string doctype, bool allowed) =>
        Assert.Equal(allowed, PermissionSet.ParseScope(scope).AllowsAll(verb, doctype));

    [Theory]
    [InlineData("io.cozy.files:GET:one,two", "two", true)]
    [InlineData("io.cozy.files:GET:one,two", "three", false)]
    [InlineData("io.cozy.files:GET", "three", true)]
    [InlineData("io.cozy.files:POST:one", "one", false)]
    [InlineData("io.cozy.files:GET:one:class", "one", false)]
    public void A_scope_with_values_allows_only_those_ids(string scope, string id, bool allowed) =>
        Assert.Equal(allowed, PermissionSet.ParseScope(scope).AllowsId(Verbs.Get, "io.cozy.files", id));

    [Theory]
    [InlineData("image", true)]
    [InlineData("audio", false)]
    public void A_selector_compares_a_field(string value, bool allowed)
    {
        var permissions = PermissionSet.ParseScope("io.cozy.files:GET:image,video:class");

        Assert.Equal(allowed, permissions.AllowsBySelector(
            Verbs.Get, "io.cozy.files", field => field == "class" ? [value] : []));
    }

    [Theory]
    [InlineData(":GET")]
    [InlineData("io.cozy.files:READ")]
    [InlineData("io.cozy.files:get")]
    [InlineData("io.cozy.files:GET:a:b:c")]
    [InlineData("io.cozy.files:GET::class")]
    public void A_malformed_scope_is_refused(string scope)
    {
        var failure = Assert.Throws<CozyException>(() => PermissionSet.ParseScope(scope));

        Assert.Equal(ErrorKind.BadRequest, failure.Kind);
    }
}
