using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cozy.Grains.Instances;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Files;

/// <summary>
/// Repeats what was recorded from cozy-stack on files (<c>Dialogues/files.jsonl.gz</c>). The answers have to be the recorded ones
/// but for those in <c>Dialogues/different.txt</c>, which says of each which members are different, or what else we answer, and
/// why. Where a request is refused here, what it did there is done in another way, so that what follows is the same again.
/// </summary>
public sealed partial class RecordedFilesTests(TestServer server)
{
    private const string Domain = "carol.localhost:18080";
    private const string Scope = "io.cozy.files io.cozy.photos.albums";

    [Fact]
    public async Task The_recorded_dialogues_are_repeated()
    {
        var different = await ReadDifferentAsync();
        var failures = new List<string>();
        await foreach (var session in ReadSessionsAsync())
        {
            var cozy = await server.CreateInstanceAsync(request => request with { Domain = Domain, PublicName = "Carol", Address = $"http://{Domain}/" });
            var dialogue = new RecordedFiles(cozy.Instance.Id);
            foreach (var line in session)
            {
                if (line["at"] is not { } at)
                {
                    if (await PrepareAsync(cozy, dialogue, line) is { Status: >= 300 } failed)
                        failures.Add($"{line.ToJsonString()} -> {failed.Status} {failed.Text}");
                    continue;
                }

                var answer = await AskAsync(cozy, dialogue, line);
                var difference = Compare(dialogue, line, answer);
                var expected = different.GetValueOrDefault((string)at!);
                var isAsExpected = expected is null ? difference is null
                    : difference is not null && answer.Status == expected.Status
                        && (expected.Members.Length == 0 || (difference = Compare(dialogue, line, answer, expected.Members)) is null);
                different.Remove((string)at!);
                if (!isAsExpected)
                    failures.Add($"{at} {line["note"]}: {line["request"]} -> {difference ?? "the same"} | {answer.Status} {answer.Text[..Math.Min(300, answer.Text.Length)]}");
            }

            await Grain(cozy).DestroyAsync();
        }

        failures.AddRange(different.Select(pair => $"{pair.Key}: there is no such line"));
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static string? Compare(RecordedFiles dialogue, JsonObject line, Answer answer, params IReadOnlyList<string> without)
    {
        var status = (int)line["status"]!;

        // What the original fails at is refused here. Where it says a word, there is an object here.
        if (status >= 500)
            return answer.Status is >= 400 and < 500 ? null : $"status {status}, ours {answer.Status}";
        if (answer.Status != status)
            return $"status {status}, ours {answer.Status}";
        if (status >= 400 && line["answer"] is JsonValue && !without.Contains("body"))
            return answer.Text.StartsWith("{\"errors\":[{\"status\":\"" + status, StringComparison.Ordinal) ? null : "no error object";
        return dialogue.Compare(line, answer, without);
    }

    private static async Task<Dictionary<string, Difference>> ReadDifferentAsync() =>
        (await File.ReadAllLinesAsync(PathOf("different.txt"), TestContext.Current.CancellationToken))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 5))
            .ToDictionary(parts => $"{parts[0]} {parts[1]}", parts => new Difference(
                int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture), parts[3] == "*" ? [] : parts[3].Split(',')));

    private static async IAsyncEnumerable<List<JsonObject>> ReadSessionsAsync()
    {
        await using var file = File.OpenRead(PathOf("files.jsonl.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var session = new List<JsonObject>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } text)
        {
            var line = JsonNode.Parse(text)!.AsObject();
            if (!line.ContainsKey("session"))
            {
                session.Add(line);
                continue;
            }

            if (session.Count > 0)
                yield return session;
            session = [];
        }

        yield return session;
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Files", "Dialogues", name);

    private IInstanceGrain Grain(Cozy cozy) => server.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstanceGrain>(cozy.Instance.Id);

    /// <summary>What is there when a dialogue begins.</summary>
    private async Task<Answer?> PrepareAsync(Cozy cozy, RecordedFiles dialogue, JsonObject line)
    {
        if (line["quota"] is { } quota)
        {
            await Grain(cozy).ModifyAsync(new InstancePatch { DiskQuota = (long)quota });
            return null;
        }

        if ((string?)line["thumbnailsOf"] is { } image)
        {
            var shown = await cozy.AskAsync("GET", dialogue.Fill($"/files/{image}"), Scope);
            dialogue.Give((string)line["secret"]!, shown.Data.GetProperty("links").GetProperty("tiny").GetString()!.Split('/')[^2]);
            return shown;
        }

        var body = (string?)line["body"] is { } text ? Content(dialogue.Fill(text), (string?)line["type"]) : null;
        if (line["prepare"] is { } request)
        {
            var parts = dialogue.Fill((string)request!).Split(' ', 2);
            return await cozy.AskAsync(parts[0], parts[1], Scope, body);
        }

        var made = await cozy.AskAsync(
            "POST", dialogue.Fill($"/files/{line["parent"]}?Type={line["kind"]}&Name={Uri.EscapeDataString((string)line["name"]!)}{line["query"]}"), Scope, body);
        if (made.Status == 201 && (string?)line["given"] is { } given)
            dialogue.Give(given, made.Data.GetProperty("id").GetString()!);
        return made;
    }

    private static Task<Answer> AskAsync(Cozy cozy, RecordedFiles dialogue, JsonObject line)
    {
        var parts = dialogue.Fill((string)line["request"]!).Replace("<token>", cozy.Token(Scope), StringComparison.Ordinal).Split(' ', 2);
        var headers = line["headers"]?.AsObject() ?? [];
        var content = Content(Body(dialogue, line["body"]), (string?)headers["Content-Type"]);
        return cozy.AskAsync(parts[0], parts[1], null, content, request =>
        {
            if ((string?)line["token"] is { } token)
                request.Headers.TryAddWithoutValidation("Authorization", Authorization(cozy, dialogue.Fill(token)));
            foreach (var (name, value) in headers.Where(header => header.Key != "Content-Type"))
            {
                if (name == "Transfer-Encoding")
                    request.Headers.TransferEncodingChunked = true;
                else if (!request.Headers.TryAddWithoutValidation(name, dialogue.Fill((string)value!)))
                    (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, (string)value!);
            }
        });
    }

    private static string? Body(RecordedFiles dialogue, JsonNode? body) => body switch
    {
        null => null,
        JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String => Bytes().Match(text.GetValue<string>()) is { Success: true } length
            ? new string('x', int.Parse(length.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))
            : text.GetValue<string>(),
        var json => dialogue.Fill(json.ToJsonString()),
    };

    private static ByteArrayContent? Content(string? body, string? type)
    {
        if (body is null && type is null)
            return null;
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? ""));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    /// <summary>A good token for a scope, or one of the bad ones.</summary>
    private static string Authorization(Cozy cozy, string token) => token switch
    {
        "!Bearer <token with a broken signature>" => "Bearer " + cozy.Token(Scope) + "x",
        "!bearer <OAuth access token>" => "bearer " + cozy.Token(Scope),
        "!<OAuth access token>" => cozy.Token(Scope),
        "!Basic <base64 of \":<token>\">" => "Basic " + Base64(":" + cozy.Token(Scope)),
        "!Basic <user:wrong>" => "Basic " + Base64("user:wrong"),
        ['!', .. var other] => other,
        _ => "Bearer " + cozy.Token(token),
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(@"^<(\d+) bytes>$")]
    private static partial Regex Bytes();

    /// <summary>What is different in an answer.</summary>
    /// <param name="Status">The status of ours.</param>
    /// <param name="Members">The members and headers that are different, and nothing else; none for all of it.</param>
    private sealed record Difference(int Status, string[] Members);
}
