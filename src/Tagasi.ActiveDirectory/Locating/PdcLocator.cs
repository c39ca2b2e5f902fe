using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;

namespace Tagasi.ActiveDirectory.Locating;

/// <summary>
/// Finds the PDC emulator and remembers it. DNS only says where to begin; who it is, is what a domain controller says for which
/// fSMORoleOwner of the domain head and its own dsServiceName are the same. A moved role shows there before it does in DNS.
/// </summary>
internal sealed class PdcLocator(NameResolver names, Controllers controllers, TimeProvider time) : IDisposable
{
    /// <summary>Holds the name of the role's owner on the domain head, [MS-ADTS] 6.1.5.3.</summary>
    public const string RoleOwner = "fSMORoleOwner";

    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);
    private static readonly string[] RoleOnly = [RoleOwner];
    private static readonly string[] HostOnly = ["dNSHostName"];

    private readonly SemaphoreSlim _locating = new(1);
    private Found? _found;

    /// <summary>Host name of the PDC emulator.</summary>
    /// <exception cref="DirectoryException">No domain controller owns up to the role.</exception>
    public async Task<string> LocateAsync(Deadline deadline)
    {
        if (Remembered is { } known)
        {
            return known;
        }

        // One search for all who wait.
        await _locating.WaitAsync(deadline.Token);
        try
        {
            var server = Remembered ?? await SearchAsync(deadline);
            _found = new Found(server, time.GetTimestamp());
            return server;
        }
        finally
        {
            _locating.Release();
        }
    }

    /// <summary>It did not answer, or it is the PDC emulator no longer.</summary>
    public void Forget(string server)
    {
        if (_found is { } found && string.Equals(found.Server, server, StringComparison.OrdinalIgnoreCase))
        {
            Interlocked.CompareExchange(ref _found, null, found);
        }
    }

    public void ForgetAll() => _found = null;

    public void Dispose() => _locating.Dispose();

    private string? Remembered => _found is { } found && time.GetElapsedTime(found.Since) < RememberFor ? found.Server : null;

    private async Task<string> SearchAsync(Deadline deadline)
    {
        var candidates = new Queue<string>(await names.ControllersAsync(deadline.Token));
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var last = new DirectoryFailure(FailureCause.PdcEmulatorNotFound, "No domain controller says that it is the PDC emulator.");
        while (candidates.TryDequeue(out var server) && !deadline.HasPassed)
        {
            if (!asked.Add(server))
            {
                continue;
            }

            try
            {
                // Half of what is left, so that one that hangs leaves time for others.
                using var part = deadline.Within(deadline.Left / 2);
                var owner = await AskAsync(server, part);
                if (string.Equals(owner, server, StringComparison.OrdinalIgnoreCase))
                {
                    return server;
                }

                // Next in turn whom this one names; it has to say so itself.
                candidates = new Queue<string>([owner, .. candidates]);
            }
            catch (DirectoryException e)
            {
                last = e.Failure;
            }
        }

        throw new DirectoryException(last);
    }

    /// <summary>The host that this server takes for the PDC emulator; its own name if it is that itself.</summary>
    private async Task<string> AskAsync(string server, Deadline deadline)
    {
        try
        {
            await using var lease = await controllers.LeaseAsync(server, deadline);
            var connection = lease.Connection;
            var head = await connection.ReadAsync(connection.Root.DomainDn, RoleOnly, deadline);
            var owner = head?.Plain(RoleOwner) ?? throw NotSaid(server, "the domain head shows no fSMORoleOwner");
            lease.IsGood();
            return string.Equals(owner, connection.Root.ServiceDn, StringComparison.OrdinalIgnoreCase)
                ? server
                : await HostOfAsync(connection, owner, deadline);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            throw new DirectoryException(Failures.Of(e, server, deadline), e);
        }
    }

    // The owner is named by its "CN=NTDS Settings" object, whose parent is the server object, which has the host name.
    private static async Task<string> HostOfAsync(DirectoryConnection connection, string owner, Deadline deadline)
    {
        var parent = owner[(owner.IndexOf(',', StringComparison.Ordinal) + 1)..];
        var host = await connection.ReadAsync(parent, HostOnly, deadline);
        return host?.Plain("dNSHostName") ?? throw NotSaid(connection.Server, $"{parent} shows no dNSHostName");
    }

    private static DirectoryException NotSaid(string server, string what) =>
        new(new DirectoryFailure(FailureCause.PdcEmulatorNotFound, $"{server}: {what}.", server));

    private sealed record Found(string Server, long Since);
}
