using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

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
            try
            {
                await app.RunAsync(cancellation);
                return 0;
            }
            catch (IOException e) when (e.InnerException is AddressInUseException)
            {
                await Console.Error.WriteLineAsync($"{Problems.SettingsInvalid.Code}: listen: {settings.Listen} is in use by another program. Stop it, or listen elsewhere.");
                return 2;
            }
        });
        return command;
    }
}
