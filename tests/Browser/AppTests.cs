using Xunit;

namespace Cozy.Browser.Tests;

/// <summary>The tests of the shipped apps: each has an instance of its own, but all have one server and one browser.</summary>
[CollectionDefinition(Name)]
public sealed class AppTests : ICollectionFixture<OwnerServer>
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "Apps";
}
