namespace Cozy.Grains.Errors;

/// <summary>What kind of failure a caller met. The HTTP face maps each to one status.</summary>
[GenerateSerializer, Alias("cozy.ErrorKind")]
public enum ErrorKind
{
    /// <summary>The request makes no sense.</summary>
    BadRequest = 0,

    /// <summary>Nobody is authenticated.</summary>
    Unauthorized = 1,

    /// <summary>The caller may not do this.</summary>
    Forbidden = 2,

    /// <summary>The thing does not exist.</summary>
    NotFound = 3,

    /// <summary>It exists already, or somebody else changed it meanwhile.</summary>
    Conflict = 4,

    /// <summary>A precondition of the request does not hold.</summary>
    PreconditionFailed = 5,

    /// <summary>A value of the request is not acceptable; <see cref="CozyException.WrongInput"/> says which.</summary>
    Invalid = 6,

    /// <summary>Too large for a limit or the quota.</summary>
    TooLarge = 7,

    /// <summary>Too many attempts; later ones may succeed.</summary>
    TooManyRequests = 8,

    /// <summary>A backing service cannot be reached; whether a change happened is unknown.</summary>
    Unavailable = 9,

    /// <summary>The disk or the store is full.</summary>
    InsufficientStorage = 10,
}

/// <summary>A failure the caller can understand. Everything else is a defect and shows as an internal error.</summary>
[GenerateSerializer, Alias("cozy.CozyException")]
public sealed class CozyException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="kind">What kind of failure.</param>
    /// <param name="code">A stable short word, such as <c>not_found</c>.</param>
    /// <param name="detail">One sentence for the person who reads it; never a secret or a path of the server.</param>
    /// <param name="source">The parameter or JSON pointer (with a leading slash) that is wrong, if one is.</param>
    public CozyException(ErrorKind kind, string code, string detail, string? source = null)
        : base(detail)
    {
        Kind = kind;
        Code = code;
        WrongInput = source;
    }

    /// <summary>What kind of failure it is.</summary>
    [Id(0)]
    public ErrorKind Kind { get; private set; }

    /// <summary>A stable short word, such as <c>not_found</c> or <c>conflict</c>.</summary>
    [Id(1)]
    public string Code { get; private set; }

    /// <summary>The parameter (<c>name</c>) or JSON pointer (<c>/data/attributes/type</c>) that is wrong, if one is.</summary>
    [Id(2)]
    public string? WrongInput { get; private set; }

    /// <summary>The thing does not exist.</summary>
    public static CozyException NotFound(string detail, string code = "not_found") =>
        new(ErrorKind.NotFound, code, detail);

    /// <summary>It exists already, or was changed meanwhile.</summary>
    public static CozyException Conflict(string detail) => new(ErrorKind.Conflict, "conflict", detail);

    /// <summary>A parameter is wrong.</summary>
    public static CozyException Invalid(string source, string detail) =>
        new(ErrorKind.Invalid, "invalid", detail, source);

    /// <summary>The request makes no sense.</summary>
    public static CozyException BadRequest(string detail, string code = "bad_request") =>
        new(ErrorKind.BadRequest, code, detail);
}
