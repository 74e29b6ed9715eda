using System.Buffers;
using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.CouchDb;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Cozy.Storage.Tests.Documents.CouchDb;

public sealed class CouchDbFailureTests
{
    private static readonly DatabaseName Db = new("cozy1", "io-cozy-notes");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_waits_for_a_server_that_restarts()
    {
        await using var server = new CouchDbProcess();
        await server.StartAsync();
        await using var store = Open(server.Url, retries: 10);
        var revision = Assert.Single(await store.EditAsync(Db, [Create("a")], Ct)).Revision;

        await server.StopAsync();
        var reading = store.GetAsync(Db, "a", ReadOptions.Winner, Ct).AsTask();
        await server.StartAsync();

        Assert.Equal(revision, (await reading)!.Revision);
    }

    [Fact]
    public async Task A_write_to_a_server_that_is_away_fails_and_is_not_there_afterwards()
    {
        await using var server = new CouchDbProcess();
        await server.StartAsync();
        await using var store = Open(server.Url, retries: 1);
        await store.EditAsync(Db, [Create("a")], Ct);

        await server.StopAsync();
        await FailsAsync(StoreError.Unavailable, () => store.EditAsync(Db, [Create("b")], Ct));
        await server.StartAsync();

        Assert.Null(await store.GetAsync(Db, "b", ReadOptions.Winner, Ct));
        Assert.Null(Assert.Single(await store.EditAsync(Db, [Create("b")], Ct)).Failure);
    }

    [Fact]
    public async Task An_edit_whose_answer_is_lost_is_not_sent_again()
    {
        await using var server = await ScriptedServer.StartAsync((http, _) => Abort(http));
        await using var store = Open(server.Url, retries: 3);

        await FailsAsync(StoreError.Unavailable, () => store.EditAsync(Db, [Create("a")], Ct));

        Assert.Equal(["POST /cozy1/io-cozy-notes/_bulk_docs"], Decoded(server));
    }

    [Fact]
    public async Task Replicated_revisions_whose_answer_is_lost_are_sent_again()
    {
        await using var server = await ScriptedServer.StartAsync((http, n) =>
            n < 3 ? Abort(http) : AnswerAsync(http, 201, "[]"));
        await using var store = Open(server.Url, retries: 3);

        var edit = new ReplicatedEdit("a", [new Revision(1, "a")], false, ReadOnlyMemory<byte>.Empty);
        Assert.Empty(await store.ReplicateAsync(Db, [edit], Ct));

        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_read_is_repeated_when_the_server_is_busy(int status)
    {
        await using var server = await ScriptedServer.StartAsync((http, n) =>
            n == 1 ? AnswerAsync(http, status, "busy") : AnswerAsync(http, 200, """{"_id":"a","_rev":"1-a","x":1}"""));
        await using var store = Open(server.Url, retries: 3);

        var document = await store.GetAsync(Db, "a", ReadOptions.Winner, Ct);

        Assert.Equal("\"x\":1", Encoding.UTF8.GetString(document!.Members.Span));
    }

    [Fact]
    public async Task An_answer_gives_its_memory_back_once()
    {
        using var response = new HttpResponseMessage { Content = new StringContent("{}") };
        var answer = await CouchAnswer.ReadAsync(response, 4096, Ct);

        // Dispose it twice, as a retry may, and nobody must share the memory.
        answer.Dispose();
        answer.Dispose();
        var (one, two) = (ArrayPool<byte>.Shared.Rent(4096), ArrayPool<byte>.Shared.Rent(4096));
        Assert.NotSame(one, two);
        ArrayPool<byte>.Shared.Return(one);
        ArrayPool<byte>.Shared.Return(two);
    }

    [Fact]
    public async Task A_missing_database_is_created_by_the_first_write()
    {
        await using var server = await ScriptedServer.StartAsync((http, n) => n switch
        {
            1 => AnswerAsync(http, 404, """{"error":"not_found","reason":"Database does not exist."}"""),
            2 => AnswerAsync(http, 201, """{"ok":true}"""),
            _ => AnswerAsync(http, 201, """[{"ok":true,"id":"a","rev":"1-a"}]"""),
        });
        await using var store = Open(server.Url, retries: 0);

        Assert.Equal(new Revision(1, "a"), Assert.Single(await store.EditAsync(Db, [Create("a")], Ct)).Revision);

        Assert.Equal(
            ["POST /cozy1/io-cozy-notes/_bulk_docs", "PUT /cozy1/io-cozy-notes", "POST /cozy1/io-cozy-notes/_bulk_docs"],
            Decoded(server));
    }

    [Fact]
    public async Task Edits_that_arrive_while_a_request_is_under_way_share_the_next()
    {
        var release = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async (http, n) =>
        {
            if (n == 1)
            {
                arrived.SetResult();
                await release.Task;
            }

            await AnswerAsync(http, 201, n == 1
                ? """[{"ok":true,"id":"a","rev":"1-a"}]"""
                : """[{"ok":true,"id":"b","rev":"1-b"},{"id":"c","error":"conflict","reason":"Document update conflict."}]""");
        });
        await using var store = Open(server.Url, retries: 0);

        var first = store.EditAsync(Db, [Create("a")], Ct);
        await arrived.Task;
        var second = store.EditAsync(Db, [Create("b")], Ct);
        var third = store.EditAsync(Db, [Create("c")], Ct);
        release.SetResult();

        Assert.Equal("1-a", Assert.Single(await first).Revision.ToString());
        Assert.Equal("1-b", Assert.Single(await second).Revision.ToString());
        Assert.Equal(StoreError.Conflict, Assert.Single(await third).Failure!.Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_of_a_shared_request_is_told_only_to_whom_it_concerns()
    {
        var release = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async (http, n) =>
        {
            if (n == 1)
            {
                arrived.SetResult();
                await release.Task;
            }

            await (n switch
            {
                1 => AnswerAsync(http, 201, """[{"ok":true,"id":"a","rev":"1-a"}]"""),
                4 => AnswerAsync(http, 201, """[{"ok":true,"id":"c","rev":"1-c"}]"""),
                _ => AnswerAsync(http, 413, """{"error":"document_too_large","reason":"b"}"""),
            });
        });
        await using var store = Open(server.Url, retries: 0);

        var first = store.EditAsync(Db, [Create("a")], Ct);
        await arrived.Task;
        var large = store.EditAsync(Db, [Create("b")], Ct);
        var small = store.EditAsync(Db, [Create("c")], Ct);
        release.SetResult();

        await first;
        await FailsAsync(StoreError.TooLarge, () => large);
        Assert.Null(Assert.Single(await small).Failure);
    }

    [Fact]
    public async Task A_wrong_password_makes_the_store_unavailable()
    {
        await using var server = new CouchDbProcess();
        await server.StartAsync();
        await using var store = new CouchDbDocumentStore(
            new CouchDbOptions { Url = server.Address, UserName = "admin", Password = "wrong" });

        var failure = await FailsAsync(
            StoreError.Unavailable, () => store.GetAsync(Db, "a", ReadOptions.Winner, Ct).AsTask());

        Assert.Equal("unauthorized", failure.Error);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(
            (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var store = Open(server.Url, retries: 0, TimeSpan.FromMilliseconds(100));

        var failure = await FailsAsync(
            StoreError.Unavailable, () => store.GetAsync(Db, "a", ReadOptions.Winner, Ct).AsTask());

        Assert.Equal("timeout", failure.Error);
    }

    [Theory]
    [InlineData(200, "<html>")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "{\"_id\":\"a\"")]
    [InlineData(404, "<html>not here</html>")]
    [InlineData(500, "{}")]
    public async Task Garbage_makes_the_store_unavailable(int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync((http, _) => AnswerAsync(http, status, body));
        await using var store = Open(server.Url, retries: 0);

        await FailsAsync(StoreError.Unavailable, () => store.GetAsync(Db, "a", ReadOptions.Winner, Ct).AsTask());
        await FailsAsync(StoreError.Unavailable, () => store.ListAsync(Db, new ListQuery(), Ct));
        await FailsAsync(StoreError.Unavailable, () => store.EditAsync(Db, [Create("a")], Ct));
    }

    private static CouchDbDocumentStore Open(Uri url, int retries, TimeSpan? timeout = null) => new(new CouchDbOptions
    {
        Url = url,
        MaxRetries = retries,
        RetryDelay = TimeSpan.FromMilliseconds(20),
        RequestTimeout = timeout ?? TimeSpan.FromSeconds(30),
    });

    private static DocumentEdit Create(string id) => new(id, null, false, "\"x\":1"u8.ToArray());

    private static IEnumerable<string> Decoded(ScriptedServer server) =>
        server.Requests.Select(request => request.Replace("%2F", "/", StringComparison.Ordinal));

    private static Task Abort(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(body);
    }

    private static async Task<DocumentStoreException> FailsAsync(StoreError kind, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(action);
        Assert.Equal(kind, failure.Kind);
        return failure;
    }
}
