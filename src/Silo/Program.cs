using Cozy.Grains.Thumbnails.Worker;
using Cozy.Silo.CommandLine;

return args is [ThumbnailWorker.Command, ..] ? await ThumbnailWorker.RunAsync(args) : await CozyCommand.RunAsync(args);
