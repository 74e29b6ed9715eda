namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>What a worker is given with a content.</summary>
/// <param name="Length">The content's length in bytes.</param>
/// <param name="Pages">Pages to take out of it, 1 for the first; null when thumbnails are wanted.</param>
internal readonly record struct WorkerRequest(long Length, IReadOnlyList<int>? Pages);

/// <summary>What a worker says of a PDF, before its pages.</summary>
/// <param name="State">Whether it could be opened.</param>
/// <param name="PageCount">How many pages it has.</param>
internal readonly record struct PdfFacts(PdfState State, int PageCount);

/// <summary>Whether pages can be had of a content.</summary>
internal enum PdfState : byte
{
    /// <summary>They can.</summary>
    Open,

    /// <summary>It is no PDF, or a broken one.</summary>
    Unreadable,

    /// <summary>It opens with a password only.</summary>
    Protected,
}
