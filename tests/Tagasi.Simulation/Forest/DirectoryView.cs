using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Passwords;
using Tagasi.Agent.Writeback;
using Tagasi.Simulation.Checks;
using Tagasi.Simulation.Engine;

namespace Tagasi.Simulation.Forest;

/// <summary>The domain as one agent's process sees it, keeping to what <see cref="IDirectory"/> promises: one modify at the most, none after its time.</summary>
internal sealed class DirectoryView(World world, SimulatedProcess process, TimeProvider time, SimulatedDomain domain, Ledger ledger) : IDirectory
{
    private static readonly TimeSpan LocationLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLateness = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(60);

    // What a domain controller has in hand and answers on a connection that stands: until when it is waited for.
    private readonly Dictionary<(string Server, Guid Account), DateTimeOffset> late = [];
    private DomainController? located;
    private TimeSpan locatedAt;

    private DirectoryFaults Faults => domain.Faults;

    public async Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct)
    {
        var server = Locate();
        if (!await ReachAsync(server, timeout))
        {
            located = null;
            return new AccountReading.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "no answer", server.Name));
        }

        if (server != domain.PdcEmulator && world.Dice.Chance(0.5))
        {
            // It has read anew who owns the role.
            located = null;
            return new AccountReading.Unavailable(new DirectoryFailure(FailureCause.PdcEmulatorNotFound, "not the PDC emulator any more", server.Name));
        }

        return SimulatedUser.All.SingleOrDefault(user => user.ObjectGuid == objectGuid) is { } found
            ? new AccountReading.Found(Shown.Account(found, server, !Faults.AreStampsHidden))
            : new AccountReading.NotFound();
    }

    public Task<PasswordWrite> ResetPasswordAsync(
        Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        WriteAsync(account, Modify.Reset(newPasswordUtf16, mustChangeAtNextLogon), notAfter, timeout);

    public Task<PasswordWrite> ChangePasswordAsync(
        Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
        WriteAsync(account, Modify.Change(oldPasswordUtf16, newPasswordUtf16), notAfter, timeout);

    public Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) => WriteAsync(account, Modify.Unlock, notAfter, timeout);

    // Nobody asks the service for one yet.
    public Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct) => throw new NotSupportedException();

    public async Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct)
    {
        var controller = domain.ByName(server);
        if (late.TryGetValue((server, objectGuid), out var until) && time.GetUtcNow() <= until)
        {
            return new WriteLook.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "it has not answered the write yet", server));
        }

        return await ReachAsync(controller, timeout)
            ? new WriteLook.Seen(Show(objectGuid, controller))
            : new WriteLook.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "no answer", server));
    }

    private async Task<PasswordWrite> WriteAsync(Account account, Modify modify, DateTimeOffset notAfter, TimeSpan timeout)
    {
        var server = domain.ByName(account.Server);
        var request = ledger.Begun(account.ObjectGuid, modify);
        await world.Delay(Latency(), process);
        if (server.IsDown)
        {
            located = null;
            return new PasswordWrite.Refused(RefusalCause.Unreachable, "no connection");
        }

        if (time.GetUtcNow() > notAfter)
        {
            return new PasswordWrite.Refused(RefusalCause.NotAfterPassed, "too late");
        }

        // From here on it may take effect.
        ledger.Sent(process.Name, account, request, time.GetUtcNow());
        var before = ProofReader.Of(account);
        var answer = new TaskCompletionSource<PasswordWrite>();
        world.After(timeout, process, () => answer.TrySetResult(new PasswordWrite.Unknown("no answer in time", before)));
        // Read back at the same server.
        Send(server, account, modify, request, notAfter, refused => world.After(Latency(), process, () => answer.TrySetResult(refused ?? ReadBack(account.ObjectGuid, server, modify, before))));
        var outcome = await answer.Task;
        if (outcome is PasswordWrite.Unknown)
        {
            located = null;
        }

        return outcome;
    }

    private WriteProof Show(Guid account, DomainController server) => Shown.Proof(account, server, !Faults.AreStampsHidden);

    private PasswordWrite ReadBack(Guid account, DomainController server, Modify modify, WriteProof before)
    {
        var after = Show(account, server);
        var comparison = modify.New is not null ? WriteProof.Compare(before, after)
            : after.IsLockedOut && after.RawLockoutTime == before.RawLockoutTime ? WriteComparison.Unchanged
            : WriteComparison.Written;
        var warning = comparison is not WriteComparison.Written ? WriteWarning.WrittenMoreThanOnce
            : modify.New is not null && !modify.MustChange && after.RawPasswordLastSet == 0 ? WriteWarning.ExpiredAtOnce
            : modify.Unlocks && after.IsLockedOut ? WriteWarning.StillLockedOut
            : WriteWarning.None;
        return comparison is WriteComparison.Unchanged ? new PasswordWrite.Unknown("success, and nothing to be seen", before) : new PasswordWrite.Applied(before, after, warning);
    }

    // Null: the server says success. No call: no answer ever comes.
    private void Send(DomainController server, Account account, Modify modify, TrueRequest request, DateTimeOffset notAfter, Action<PasswordWrite.Refused?> answer)
    {
        var user = SimulatedUser.All.Single(candidate => candidate.ObjectGuid == account.ObjectGuid);
        var fate = Fate();
        world.Note($"{process.Name} sends {modify} for {user.Name} to {server.Name}: {fate}");
        if (fate is "lost before" or "lie")
        {
            if (fate is "lie")
            {
                answer(null);
            }

            return;
        }

        server.Pending++;
        var taking = fate switch
        {
            "late" or "late lie" => world.Dice.Between(TimeSpan.Zero, LongestLateness),
            "stuck" => world.Dice.Between(TimeSpan.Zero, LongestWork),
            _ => world.Dice.Seconds(0.001, 0.3),
        };
        if (fate is "stuck")
        {
            late[(server.Name, user.ObjectGuid)] = notAfter;
        }

        server.WorkOff(taking, isRunning =>
        {
            server.Pending--;
            if (fate is "stuck" && late.Remove((server.Name, user.ObjectGuid)) && !(process.IsAlive && time.GetUtcNow() <= notAfter))
            {
                // Its connection has ended before.
                return;
            }

            if (isRunning && fate is "refused")
            {
                answer(new PasswordWrite.Refused(world.Dice.Pick([RefusalCause.InHistory, RefusalCause.TooShort, RefusalCause.Busy, RefusalCause.NoRights, RefusalCause.PdcEmulatorMoved]), "no"));
            }
            else if (isRunning && FindRefusal(server.Show(user.ObjectGuid), modify) is { } no)
            {
                answer(no);
            }
            else if (isRunning)
            {
                domain.Apply(server, user, modify, request);
                if (fate is "applied" or "stuck")
                {
                    answer(null);
                }
            }
        });
        if (fate is "late lie")
        {
            answer(null);
        }
    }

    private static PasswordWrite.Refused? FindRefusal(Replica account, Modify modify) =>
        modify.Old is not { } old ? null
        : account.IsLockedOut ? new(RefusalCause.LockedOut, "locked out")
        : account.Password != old ? new(RefusalCause.WrongOldPassword, "not its password")
        : null;

    private string Fate()
    {
        var dice = world.Dice;
        return dice.Chance(Faults.LostBefore) ? "lost before"
            : dice.Chance(Faults.LostAfter) ? dice.Pick(["lost after", "late", "stuck"])
            : dice.Chance(Faults.Lie) ? dice.Chance(0.5) ? "lie" : "late lie"
            : dice.Chance(Faults.Refuse) ? "refused"
            : "applied";
    }

    // The PDC emulator as it was when it was last looked for: a transfer is noticed late.
    private DomainController Locate()
    {
        if (located is null || world.Now - locatedAt > LocationLifetime)
        {
            (located, locatedAt) = (domain.PdcEmulator, world.Now);
        }

        return located;
    }

    private async Task<bool> ReachAsync(DomainController server, TimeSpan timeout)
    {
        if (server.IsDown)
        {
            await world.Delay(Latency(), process);
            return false;
        }

        var answer = new TaskCompletionSource<bool>();
        world.After(timeout, process, () => answer.TrySetResult(false));
        if (!world.Dice.Chance(Faults.ReadLost))
        {
            server.WorkOff(Latency(), isRunning => world.After(TimeSpan.FromMilliseconds(1), process, () => answer.TrySetResult(isRunning)));
        }

        return await answer.Task;
    }

    private TimeSpan Latency() => world.Dice.Chance(Faults.Slow) ? world.Dice.Seconds(0.5, 5) : world.Dice.Seconds(0.001, 0.02);
}
