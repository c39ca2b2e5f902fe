using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Connections;

namespace Tagasi.ActiveDirectory.Locating;

/// <summary>Where to read and write.</summary>
/// <param name="IsPdcEmulator">Else another one stands in for it.</param>
internal sealed record Located(string Server, bool IsPdcEmulator);

/// <summary>
/// Finds the PDC emulator and remembers it. DNS only says where to begin; who it is, is what a domain controller says for which
/// fSMORoleOwner of the domain head and its own dsServiceName are the same. A moved role shows there before it does in DNS.
/// </summary>
internal sealed class PdcLocator(DomainOptions options, NameResolver names, Controllers controllers, TimeProvider time) : IDisposable
{
    /// <summary>Holds the name of the role's owner on the domain head, [MS-ADTS] 6.1.5.3.</summary>
    public const string RoleOwner = "fSMORoleOwner";

    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);

    // So long does the return of a PDC emulator go unnoticed; each search for it costs the time of a try.
    private static readonly TimeSpan RememberStandInFor = TimeSpan.FromSeconds(10);

    private static readonly FailureCause[] Outages = [FailureCause.NameResolution, FailureCause.Unreachable, FailureCause.TimedOut, FailureCause.Busy];
    private static readonly string[] RoleOnly = [RoleOwner];
    private static readonly string[] HostOnly = ["dNSHostName"];

    private readonly SemaphoreSlim _locating = new(1);
    private Found? _found;

    /// <summary>Host name of the PDC emulator.</summary>
    /// <exception cref="DirectoryException">No domain controller owns up to the role.</exception>
    public async Task<string> LocateAsync(Deadline deadline) =>
        await FindAsync(deadline) is var found && found.Outage is { } outage ? throw new DirectoryException(outage) : found.Server;

    /// <summary>The PDC emulator, or where the options allow it and it cannot be reached, another writable domain controller.</summary>
    /// <exception cref="DirectoryException">None.</exception>
    public async Task<Located> LocateOrFallBackAsync(Deadline deadline)
    {
        var found = await FindAsync(deadline);
        return new Located(found.Server, found.Outage is null);
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

    private Found? Remembered =>
        _found is { } found && time.GetElapsedTime(found.Since) < (found.Outage is null ? RememberFor : RememberStandInFor) ? found : null;

    private static DirectoryFailure NobodyOwnsUp => new(FailureCause.PdcEmulatorNotFound, "No domain controller says that it is the PDC emulator.");

    private async Task<Found> FindAsync(Deadline deadline)
    {
        if (Remembered is { } known)
        {
            return known;
        }

        // One search for all who wait.
        await _locating.WaitAsync(deadline.Token);
        try
        {
            return _found = Remembered ?? await SearchAsync(deadline);
        }
        finally
        {
            _locating.Release();
        }
    }

    private async Task<Found> SearchAsync(Deadline deadline)
    {
        var candidates = new Queue<string>(await names.ControllersAsync(deadline.Token));
        var failures = new Dictionary<string, DirectoryFailure>(StringComparer.OrdinalIgnoreCase);
        var answers = new Dictionary<string, Answer>(StringComparer.OrdinalIgnoreCase);
        var last = NobodyOwnsUp;
        while (candidates.TryDequeue(out var server) && !deadline.HasPassed)
        {
            if (failures.ContainsKey(server) || answers.ContainsKey(server))
            {
                continue;
            }

            try
            {
                // Half of what is left, so that one that hangs leaves time for others.
                using var part = deadline.Within(deadline.Left / 2);
                var answer = answers[server] = await AskAsync(server, part);
                if (string.Equals(answer.Owner, server, StringComparison.OrdinalIgnoreCase))
                {
                    return new Found(server, time.GetTimestamp(), null);
                }

                // Next in turn whom this one names; it has to say so itself.
                candidates = new Queue<string>([answer.Owner, .. candidates]);
            }
            catch (DirectoryException e)
            {
                last = failures[server] = e.Failure;
            }
        }

        return StandIn(answers, failures) ?? throw new DirectoryException(last);
    }

    // Only for an outage: a PDC emulator that answers what it should not is a matter for the administrator.
    private Found? StandIn(Dictionary<string, Answer> answers, Dictionary<string, DirectoryFailure> failures)
    {
        foreach (var (server, answer) in answers)
        {
            if (options.AllowFallback && !answer.IsReadOnly && failures.GetValueOrDefault(answer.Owner) is { } failure && Outages.Contains(failure.Cause))
            {
                return new Found(server, time.GetTimestamp(), failure);
            }
        }

        return null;
    }

    /// <summary>The host that this server takes for the PDC emulator; its own name if it is that itself.</summary>
    private async Task<Answer> AskAsync(string server, Deadline deadline)
    {
        try
        {
            await using var lease = await controllers.LeaseAsync(server, deadline);
            var connection = lease.Connection;
            var head = await connection.ReadAsync(connection.Root.DomainDn, RoleOnly, deadline);
            var owner = head?.Plain(RoleOwner) ?? throw NotSaid(server, "the domain head shows no fSMORoleOwner");
            var host = string.Equals(owner, connection.Root.ServiceDn, StringComparison.OrdinalIgnoreCase)
                ? server
                : await HostOfAsync(connection, owner, deadline);
            lease.IsGood();
            return new Answer(host, connection.Root.IsReadOnly);
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

    /// <param name="Outage">Why the PDC emulator cannot be reached, for which this one stands in; null: it is the PDC emulator.</param>
    private sealed record Found(string Server, long Since, DirectoryFailure? Outage);

    private sealed record Answer(string Owner, bool IsReadOnly);
}
