using Cozy.Silo.CommandLine;

return await CozyCommand.RunAsync(args);
