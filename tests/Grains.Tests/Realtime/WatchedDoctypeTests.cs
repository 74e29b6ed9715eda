using Cozy.Grains.Realtime;
using Xunit;

namespace Cozy.Grains.Tests.Realtime;

/// <summary>How the numbers of batches show what is new and what is missing.</summary>
public sealed class WatchedDoctypeTests
{
    private static readonly Guid One = Guid.NewGuid();
    private static readonly Guid Two = Guid.NewGuid();

    public static TheoryData<string, string, string> Cases => new()
    {
        // what comes: A = the answer to a question, B = a batch with its first number and its length; what is taken; gaps
        { "A1:0 B1:0+2 B1:2+1", "012", "" },
        { "B1:0+2 A1:2 B1:2+1", "012", "" },
        { "A1:2 B1:0+2 B1:2+1", "2", "" },
        { "A1:0 B1:0+2 B1:0+2 B1:1+2", "012", "" },
        { "A1:0 B1:1+1", "1", "B" },
        { "A1:0 B1:0+1 B1:3+1", "03", "B" },
        { "A1:0 B1:0+1 A2:0 B2:0+1", "00", "A" },
        { "A1:0 B1:0+1 B2:0+1 A2:1", "00", "B" },
        { "A1:0 B1:0+1 A1:5 B1:1+1", "01", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_new_is_taken_once_and_what_is_missing_is_noticed(string comes, string taken, string gaps)
    {
        var watched = new WatchedDoctype(null!);
        string took = "", missed = "";
        foreach (var step in comes.Split(' '))
        {
            var period = step[1] == '1' ? One : Two;
            var numbers = step[3..].Split('+').Select(long.Parse).ToArray();
            bool isMissing;
            if (step[0] == 'A')
            {
                isMissing = watched.Answer(new EventPosition(period, numbers[0]));
            }
            else
            {
                var events = Enumerable.Range((int)numbers[0], (int)numbers[1]).Select(n => Event($"{n}")).ToList();
                took += string.Concat(watched.Take(new EventBatch("io.cozy.tests", period, numbers[0], events, false), out isMissing)
                    .Select(told => told.Id));
            }

            missed += isMissing ? step[..1] : "";
        }

        Assert.Equal((taken, gaps), (took, missed));
    }

    internal static DocumentEvent Event(string id, int bytes = 0) =>
        new("io.cozy.tests", EventVerb.Created, id, "1-a", new byte[bytes]);
}
