using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Has an answer take its time whatever there was to do: writing a mail takes longer than writing none, and nobody is to
/// learn in that way whether the owner has a mail address or a hint.
/// </summary>
internal sealed class EvenAnswer(TimeProvider time, IOptions<WebOptions> options)
{
    /// <summary>Does the work, and returns (or fails) <see cref="WebOptions.MailAnswerTime"/> after it began, or when it is done if that is later.</summary>
    public async Task AfterAsync(Func<Task> work)
    {
        var pause = Task.Delay(options.Value.MailAnswerTime, time);
        try
        {
            await work();
        }
        finally
        {
            await pause;
        }
    }
}
