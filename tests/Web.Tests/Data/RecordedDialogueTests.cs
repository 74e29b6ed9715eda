using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Cozy.Web.Tests.Data;

/// <summary>
/// Replays what was recorded from cozy-stack (<c>Dialogues/*.jsonl</c>). Where another answer is given on purpose, the line
/// has it in <c>ours</c>, and in <c>why</c> the reason.
/// </summary>
public sealed class RecordedDialogueTests(TestServer server)
{
    [Theory]
    [InlineData("documents")]
    [InlineData("reserved-doctypes")]
    [InlineData("replication-and-queries")]
    public async Task The_answers_have_the_shape_of_the_recorded_ones(string name)
    {
        var cozy = await server.CreateInstanceAsync();
        var dialogue = new RecordedDialogue(cozy.Instance.Id);
        var differences = new List<string>();
        foreach (var text in await File.ReadAllLinesAsync(
            Path.Combine(AppContext.BaseDirectory, "Data", "Dialogues", name + ".jsonl"), TestContext.Current.CancellationToken))
        {
            var line = JsonNode.Parse(text)!.AsObject();
            var answer = await AskAsync(cozy, dialogue, line);
            var expected = line["ours"]?.AsObject() ?? line;
            var status = (int)expected["status"]!;
            var difference = answer.Status != status ? $"status {status}, ours {answer.Status}" : Compare(dialogue, expected["answer"], answer);
            if (difference is not null)
                differences.Add($"{line["note"]}: {line["method"]} {line["path"]} -> {difference} | {answer.Text[..Math.Min(300, answer.Text.Length)]}");
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static string? Compare(RecordedDialogue dialogue, JsonNode? expected, Answer answer)
    {
        // Text and MIME are not compared.
        if (expected is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            return null;
        return dialogue.Compare(expected, JsonNode.Parse(answer.Bytes));
    }

    private static string? Scope(RecordedDialogue dialogue, JsonObject line) =>
        (string?)line["scope"] is { } scope ? dialogue.Fill(scope) : null;

    private static Task<Answer> AskAsync(Cozy cozy, RecordedDialogue dialogue, JsonObject line)
    {
        var body = line["body"] switch
        {
            null => null,
            JsonValue raw when raw.GetValueKind() == JsonValueKind.String => raw.GetValue<string>(),
            { } json => json.ToJsonString(),
        };
        var type = (string?)line["type"];
        HttpContent? content = body is null ? null : Cozy.Json(dialogue.Fill(body));
        if (content is not null && type is not null)
            content.Headers.ContentType = type == "none" ? null : new(type);
        return cozy.AskAsync(
            (string)line["method"]!, dialogue.Fill((string)line["path"]!), Scope(dialogue, line), content,
            request =>
            {
                foreach (var (header, value) in line["headers"]?.AsObject() ?? [])
                    request.Headers.TryAddWithoutValidation(header, dialogue.Fill((string)value!));
            });
    }
}
