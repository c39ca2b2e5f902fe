using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Writeback;
using Tagasi.Cloud.Relay;
using Tagasi.Protocol.Relay;

namespace Tagasi.Simulation.Sabotage;

/// <summary>Breakages that need no other production code, each of which some seed must catch. Those that do are in the *.patch files beside this.</summary>
internal static class Sabotages
{
    public static IReadOnlyDictionary<string, Saboteur> All { get; } = new Dictionary<string, Saboteur>(StringComparer.Ordinal)
    {
        ["the journal forgets intents"] = new ForgetfulJournal(),
        ["the journal says kept before it is"] = new HastyJournal(),
        ["a write is sent twice"] = new Twice(),
        ["a write that was not answered is sent again"] = new Again(),
        ["a write is sent after its time"] = new Late(),
        ["a write that was not answered is taken for refused"] = new Pessimist(),
        ["a write that was not answered is taken for applied"] = new Optimist(),
        ["a look that was not answered is taken for unchanged"] = new Blind(),
        ["an order that was not answered goes to another agent"] = new AnotherAgent(),
        ["a change is carried out as a reset"] = new Upgrade(),
        ["what must be changed at the next logon need not"] = new Leniency(),
    };

    private sealed class ForgetfulJournal : Saboteur
    {
        public override IJournalFile Journal(IJournalFile disk) => new Disk(disk);

        private sealed class Disk(IJournalFile disk) : WrappedJournal(disk)
        {
            public override Task AppendAsync(ReadOnlyMemory<byte> line) =>
                Encoding.UTF8.GetString(line.Span).Contains("\"Intent\"", StringComparison.Ordinal) ? Task.CompletedTask : base.AppendAsync(line);
        }
    }

    private sealed class HastyJournal : Saboteur
    {
        public override IJournalFile Journal(IJournalFile disk) => new Disk(disk);

        private sealed class Disk(IJournalFile disk) : WrappedJournal(disk)
        {
            public override Task AppendAsync(ReadOnlyMemory<byte> line)
            {
                _ = base.AppendAsync(line).ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return Task.CompletedTask;
            }
        }
    }

    private sealed class Twice : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) => new Wrapped(directory, async write =>
        {
            await write(null);
            return await write(null);
        });
    }

    private sealed class Again : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) => new Wrapped(directory, async write => await write(null) is var first and not PasswordWrite.Unknown ? first : await write(null));
    }

    private sealed class Late : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) => new Wrapped(directory, write => write(DateTimeOffset.MaxValue));
    }

    private sealed class Pessimist : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) =>
            new Wrapped(directory, async write => await write(null) is var outcome and not PasswordWrite.Unknown ? outcome : new PasswordWrite.Refused(RefusalCause.Unreachable, "no answer"));
    }

    private sealed class Optimist : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) =>
            new Wrapped(directory, async write => await write(null) is var outcome && outcome is PasswordWrite.Unknown(_, var before) ? new PasswordWrite.Applied(before, before, WriteWarning.None) : outcome);
    }

    private sealed class Blind : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) => new BlindDirectory(directory);
    }

    private sealed class Upgrade : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) => new Upgraded(directory);
    }

    private sealed class Leniency : Saboteur
    {
        public override IDirectory Directory(IDirectory directory) => new LenientDirectory(directory);
    }

    private sealed class AnotherAgent : Saboteur
    {
        public override IAgentWire Wire(IAgentWire wire, ConnectedAgents agents) => new RetryingWire(wire, agents);
    }

    private sealed class RetryingWire(IAgentWire wire, ConnectedAgents agents) : IAgentWire
    {
        public async Task<T?> InvokeAsync<T>(string connectionId, string method, object argument, CancellationToken cancellation)
            where T : class
        {
            try
            {
                return await wire.InvokeAsync<T>(connectionId, method, argument, cancellation);
            }
            catch (IOException) when (argument is WritebackOrder && agents.All.FirstOrDefault(agent => agent.ConnectionId != connectionId) is { } another)
            {
                return await wire.InvokeAsync<T>(another.ConnectionId, method, argument, cancellation);
            }
        }

        public Task SendAsync(string connectionId, string method, object argument, CancellationToken cancellation) => wire.SendAsync(connectionId, method, argument, cancellation);
    }

    private abstract class WrappedJournal(IJournalFile disk) : IJournalFile
    {
        public byte[] ReadAll() => disk.ReadAll();

        public virtual Task AppendAsync(ReadOnlyMemory<byte> line) => disk.AppendAsync(line);

        public void Replace(ReadOnlySpan<byte> content) => disk.Replace(content);

        public void Dispose() => disk.Dispose();
    }

    // What is not broken on purpose is passed on.
    private abstract class WrappedDirectory(IDirectory directory) : IDirectory
    {
        public Task<AccountReading> ReadAccountAsync(Guid objectGuid, TimeSpan timeout, CancellationToken ct) => directory.ReadAccountAsync(objectGuid, timeout, ct);

        public virtual Task<PasswordWrite> ResetPasswordAsync(
            Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
            WriteAsync(notAfter, end => directory.ResetPasswordAsync(account, newPasswordUtf16, mustChangeAtNextLogon, end, timeout, ct));

        public virtual Task<PasswordWrite> ChangePasswordAsync(
            Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
            WriteAsync(notAfter, end => directory.ChangePasswordAsync(account, oldPasswordUtf16, newPasswordUtf16, end, timeout, ct));

        public Task<PasswordWrite> UnlockAsync(Account account, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
            WriteAsync(notAfter, end => directory.UnlockAsync(account, end, timeout, ct));

        public Task<PasswordVerification> VerifyPasswordAsync(Account account, ReadOnlyMemory<byte> passwordUtf16, TimeSpan timeout, CancellationToken ct) =>
            directory.VerifyPasswordAsync(account, passwordUtf16, timeout, ct);

        public virtual Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct) => directory.LookAsync(objectGuid, server, timeout, ct);

        /// <param name="write">Given the end of its time.</param>
        protected virtual Task<PasswordWrite> WriteAsync(DateTimeOffset notAfter, Func<DateTimeOffset, Task<PasswordWrite>> write) => write(notAfter);
    }

    // Given a way to write, with another end of its time or its own, it decides how often and what to say of it.
    private sealed class Wrapped(IDirectory directory, Func<Func<DateTimeOffset?, Task<PasswordWrite>>, Task<PasswordWrite>> decide) : WrappedDirectory(directory)
    {
        protected override Task<PasswordWrite> WriteAsync(DateTimeOffset notAfter, Func<DateTimeOffset, Task<PasswordWrite>> write) => decide(end => write(end ?? notAfter));
    }

    private sealed class Upgraded(IDirectory directory) : WrappedDirectory(directory)
    {
        public override Task<PasswordWrite> ChangePasswordAsync(
            Account account, ReadOnlyMemory<byte> oldPasswordUtf16, ReadOnlyMemory<byte> newPasswordUtf16, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
            ResetPasswordAsync(account, newPasswordUtf16, false, notAfter, timeout, ct);
    }

    private sealed class LenientDirectory(IDirectory directory) : WrappedDirectory(directory)
    {
        public override Task<PasswordWrite> ResetPasswordAsync(
            Account account, ReadOnlyMemory<byte> newPasswordUtf16, bool mustChangeAtNextLogon, DateTimeOffset notAfter, TimeSpan timeout, CancellationToken ct) =>
            base.ResetPasswordAsync(account, newPasswordUtf16, false, notAfter, timeout, ct);
    }

    private sealed class BlindDirectory(IDirectory directory) : WrappedDirectory(directory)
    {
        private WriteProof? before;

        public override async Task<WriteLook> LookAsync(Guid objectGuid, string server, TimeSpan timeout, CancellationToken ct) =>
            await base.LookAsync(objectGuid, server, timeout, ct) is var look && look is WriteLook.Unavailable && before is not null ? new WriteLook.Seen(before) : look;

        protected override async Task<PasswordWrite> WriteAsync(DateTimeOffset notAfter, Func<DateTimeOffset, Task<PasswordWrite>> write)
        {
            var outcome = await write(notAfter);
            before = (outcome as PasswordWrite.Unknown)?.Before;
            return outcome;
        }
    }
}
