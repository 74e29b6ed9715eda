namespace Cozy.Grains.Mail;

/// <summary>What a mail says, from which its text and its HTML are made.</summary>
internal sealed record MailContent
{
    public required string Subject { get; init; }

    public required string Greeting { get; init; }

    /// <summary>Paragraphs in front of the button or the code.</summary>
    public required IReadOnlyList<string> Before { get; init; }

    /// <summary>What a button says, and where it leads.</summary>
    public (string Label, Uri Link)? Button { get; init; }

    /// <summary>A code, or a text of the owner's, that stands out.</summary>
    public string? Code { get; init; }

    /// <summary>Paragraphs after it.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}
