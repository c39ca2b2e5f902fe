using System.CommandLine;
using Tagasi.Cloud.Storage;

namespace Tagasi.Cloud.Commands;

internal static class ServeCommand
{
    public static Command Create()
    {
        var config = SettingsOption.Create();
        var command = new Command("serve", "Runs the service until it is stopped.") { config };
        command.SetAction(async (arguments, cancellation) =>
        {
            if (SettingsOption.Read(arguments.GetValue(config)!) is not { } settings)
            {
                return 2;
            }

            await using var app = ServiceHost.Build(settings);
            await app.Services.PrepareStorageAsync(cancellation);
            await app.RunAsync(cancellation);
            return 0;
        });
        return command;
    }
}
