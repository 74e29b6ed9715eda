using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>Who changes a file, for its <c>cozyMetadata</c>.</summary>
/// <param name="Slug">The app's or connector's slug; null for other clients.</param>
/// <param name="OAuthClientId">The OAuth client, if it is one.</param>
/// <param name="InstanceUrl">The address of the instance, such as <c>https://alice.example.net/</c>.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileAuthor")]
public sealed record FileAuthor(
    [property: Id(0)] string? Slug, [property: Id(1)] string? OAuthClientId, [property: Id(2)] string? InstanceUrl)
{
    /// <summary>The server itself.</summary>
    public static readonly FileAuthor Server = new(null, null, null);

    /// <summary>The version of the app or client, if it is known.</summary>
    [Id(3)] public string? Version { get; init; }

    /// <summary>The kind of the OAuth client, such as <c>desktop</c>.</summary>
    [Id(4)] public string? OAuthClientKind { get; init; }

    /// <summary>The name of the OAuth client.</summary>
    [Id(5)] public string? OAuthClientName { get; init; }

    /// <summary>Who is behind it, said of what is put into the trash; null for nobody in particular.</summary>
    [Id(6)] public FileActor? Actor { get; init; }

    /// <summary>The account a connector got the file from.</summary>
    [Id(7)] public string? SourceAccount { get; init; }

    /// <summary>How that account is known to the connector.</summary>
    [Id(8)] public string? SourceAccountIdentifier { get; init; }
}

/// <summary>A person who does something to files.</summary>
/// <param name="Kind"><c>member</c>, or <c>anonymous-share</c> for whoever has a link.</param>
/// <param name="DisplayName">The name to show; null for none.</param>
/// <param name="Domain">The domain of the person's instance; null for none.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileActor")]
public sealed record FileActor(
    [property: Id(0)] string Kind, [property: Id(1)] string? DisplayName, [property: Id(2)] string? Domain);
