using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.CouchDbServer.Tests.RunningServer))]
