using System.Diagnostics;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.Swift;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.CouchDb;
using Cozy.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Grains.Tests.FarmStoresSilo))]

namespace Cozy.Grains.Tests;

/// <summary>
/// A silo with the stores of a farm: documents over CouchDB's protocol, contents in the real Swift that <c>tests/run</c> starts.
/// </summary>
public sealed class FarmStoresSilo : TestSilo
{
    private const string Password = "farm-test";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _couchFolder = Directory.CreateTempSubdirectory("cozy-couch-").FullName;
    private Process? _couch;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_couch is not null)
        {
            if (!_couch.HasExited)
                _couch.Kill();
            await _couch.WaitForExitAsync();
            _couch.Dispose();
        }

        Directory.Delete(_couchFolder, recursive: true);
    }

    protected override async Task<(IDocumentStore Documents, IBlobStore Blobs)> OpenStoresAsync(string folder)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        _couch = CozyProgram.Start(["couchdb", "serve", "--data", _couchFolder, "--urls", url.ToString(), "--admin", $"admin:{Password}"]);
        _couch.OutputDataReceived += (_, _) => { };
        _couch.ErrorDataReceived += (_, _) => { };
        _couch.BeginOutputReadLine();
        _couch.BeginErrorReadLine();
        await WaitUntilItAnswersAsync(new Uri(url, "/_up"));

        var swift = Environment.GetEnvironmentVariable("COZY_TEST_SWIFT_AUTH_URL")
            ?? throw new InvalidOperationException("COZY_TEST_SWIFT_AUTH_URL is not set: run tests/run, which starts the server.");
        return (
            new CouchDbDocumentStore(new CouchDbOptions { Url = url, UserName = "admin", Password = Password }),
            new SwiftBlobStore(new SwiftOptions { AuthUrl = swift, AuthVersion = 1, User = "test:tester", Key = "testing" }, TimeProvider.System));
    }

    private static async Task WaitUntilItAnswersAsync(Uri address)
    {
        using var client = new HttpClient();
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var answer = await client.GetAsync(address);
                return;
            }
            catch (HttpRequestException) when (clock.Elapsed < Patience)
            {
                await Task.Delay(50);
            }
        }
    }
}
