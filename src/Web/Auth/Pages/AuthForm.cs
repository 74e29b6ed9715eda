using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Cozy.Web.Auth.Pages;

/// <summary>The few short fields of a form of <c>/auth</c>. What is larger or more than a page of ours sends is refused.</summary>
internal sealed class AuthForm
{
    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 32,
        KeyLengthLimit = 128,
        ValueLengthLimit = 16 * 1024,
        MultipartBodyLengthLimit = 64 * 1024,
        MemoryBufferThreshold = 64 * 1024,
    };

    private readonly IFormCollection _fields;

    private AuthForm(IFormCollection fields) => _fields = fields;

    /// <summary>The first value of a field; empty when the form has none.</summary>
    public string this[string name] => _fields.TryGetValue(name, out StringValues values) ? values[0] ?? string.Empty : string.Empty;

    /// <summary>Reads the form once per request; a body that is no form gives one without fields.</summary>
    /// <exception cref="BadHttpRequestException">The form is too large or malformed.</exception>
    public static async ValueTask<AuthForm> ReadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
        {
            return new AuthForm(FormCollection.Empty);
        }

        try
        {
            return new AuthForm(await request.ReadFormAsync(Limits, request.HttpContext.RequestAborted));
        }
        catch (InvalidDataException e)
        {
            throw new BadHttpRequestException("The form is malformed or too large.", StatusCodes.Status400BadRequest, e);
        }
    }

    /// <summary>Whether a check box is ticked.</summary>
    public bool IsTicked(string name) => this[name] is "1" or "t" or "T" or "true" or "TRUE" or "True" or "on";
}
