using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Tagasi.Cloud.Settings;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Commands;

internal static class ServeCommand
{
    private const string InUse = "is in use by another program. Stop it, or listen elsewhere.";

    public static Command Create()
    {
        var command = new Command("serve", "Runs the service until it is stopped.");
        command.SetAction(async (arguments, cancellation) =>
        {
            if (SettingsOption.Read(arguments.GetRequiredValue(SettingsOption.Config)) is not { } settings)
            {
                return 2;
            }

            if (FindListenFault(settings.Listen) is { } fault)
            {
                await Console.Error.WriteLineAsync($"{Problems.SettingsInvalid.Code}: listen: {settings.Listen} {fault}");
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
                // Between the look and the start; Kestrel's own stack traces stand before this line.
                await Console.Error.WriteLineAsync($"{Problems.SettingsInvalid.Code}: listen: {settings.Listen} {InUse}");
                return 2;
            }
        });
        return command;
    }

    /// <summary>Why the address cannot be listened on. Looked at before Kestrel does, which tells it in two stack traces.</summary>
    private static string? FindListenFault(string listen)
    {
        try
        {
            using var listener = new TcpListener(SettingsChecks.ParseListen(listen)!);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => InUse,
                SocketError.AccessDenied => "may not be listened on by this account: a port below 1024 needs CAP_NET_BIND_SERVICE, as the unit in docs/operating.md gives it.",
                _ => $"cannot be listened on: {e.Message}",
            };
        }
    }
}
