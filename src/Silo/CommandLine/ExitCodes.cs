namespace Cozy.Silo.CommandLine;

/// <summary>How <c>cozy</c> ends; documented in docs/operations.md and stable, for scripts.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
    public const int NotFound = 4;
    public const int Conflict = 5;
    public const int Refused = 6;
}
