using Xunit;

namespace Cozy.Node.Tests;

/// <summary>The clients as apps use them, each test a script for Node.</summary>
public sealed class ClientTests(NodeServer server)
{
    private const string Notes = "io.cozy.todos";

    [Fact]
    public Task PouchDB_keeps_two_databases_the_same_and_their_conflicts_alike() => server.RunAsync("live-sync", Notes);

    [Fact]
    public Task The_file_collection_of_cozy_stack_client_works() =>
        server.RunAsync("files", "io.cozy.files io.cozy.photos.albums");

    [Fact]
    public Task PouchDB_pulls_fifty_thousand_documents_and_goes_on_where_it_was_interrupted() => server.RunAsync("long-pull", Notes);

    [Fact]
    public Task CozyRealtime_hears_what_happens_and_goes_on_after_its_connection_broke() => server.RunAsync("realtime", Notes);

    [Fact]
    public Task Pouch_links_first_sync_asks_what_it_always_asks() => server.RunAsync("pouch-link", Notes);

    [Fact]
    public Task The_stack_client_finds_lists_and_pages() => server.RunAsync("stack-client", Notes);

    [Fact]
    public Task The_stack_client_makes_renames_and_removes_indexes() => server.RunAsync("indexes", Notes);

    [Fact]
    public Task A_general_OAuth_library_registers_gets_refreshes_and_revokes_tokens() => server.RunAsync("openid-client", Notes);

    [Fact]
    public Task The_stack_client_connects_a_device_and_disconnects_it() => server.RunAsync("stack-client-oauth", Notes);
}
