using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Onboarding;
using Tagasi.Agent.State;
using Tagasi.Agent.Writeback;
using Tagasi.Ldap;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>The write path with a scripted directory, clock and disk, and the service's part: tickets and sealed passwords.</summary>
internal sealed class ScriptedAgent : IDisposable
{
    public const string Domain = "north.example";
    private readonly ECDsa serviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa identityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly int limit;
    private long sequence = 1;

    public ScriptedAgent(int limit = 50)
    {
        this.limit = limit;
        using var sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Enrolment = new EnrolmentRecord(
            Guid.NewGuid(), TenantId, "North", new Uri("https://reset.example"), serviceKey.ExportSubjectPublicKeyInfo(), identityKey.ExportPkcs8PrivateKey(),
            sealing.ExportPkcs8PrivateKey(), DateTimeOffset.UnixEpoch);
        Keys = new SealingKeys(Enrolment, kept => Enrolment = kept, Time);
        Directory = new ScriptedDirectory(Time);
        WritebackJournal.Begin(Disk);
        Start();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    public ScriptedDirectory Directory { get; }

    public MemoryJournal Disk { get; } = new();

    public RecordedLog<PasswordWriter> WriterLog { get; } = new();

    public RecordedLog<RequestRunner> RunnerLog { get; } = new();

    public RecordedLog<PreflightReader> PreflightLog { get; } = new();

    public Guid TenantId { get; } = Guid.NewGuid();

    /// <summary>False: from the next start on its settings no longer name the domain.</summary>
    public bool IsDomainServed { get; set; } = true;

    public RequestRunner Runner { get; private set; } = null!;

    public PreflightReader Preflight { get; private set; } = null!;

    public RateBreaker Breaker { get; private set; } = null!;

    public WritebackJournal Journal { get; private set; } = null!;

    public SealingKeys Keys { get; }

    /// <summary>The keys that its settings name, from the next start on.</summary>
    public IReadOnlyList<string> KnownAgents { get; set; } = [];

    /// <summary>As it is kept on disk.</summary>
    public EnrolmentRecord Enrolment { get; private set; }

    public SealingKey SealingKey => Keys.PublicKey;

    /// <summary>Starts it, or kills it and starts it anew: all that is kept is on the disk.</summary>
    public void Start()
    {
        Journal = WritebackJournal.Open(Disk.Open(), Time);
        Breaker = new RateBreaker(limit, Journal.WriteTimes, Time);
        var policy = new LocalPolicy(
            new Scope([LdapDn.Parse("OU=People,DC=north,DC=example")], [LdapDn.Parse("OU=Board,OU=People,DC=north,DC=example")]),
            new ProtectedAccounts(["S-1-5-21-9-9-9-1500"], [Guid.Parse("7f000000-0000-0000-0000-000000000001")], ["svc-tagasi@north.example"]));
        var directories = IsDomainServed ? new Dictionary<string, IDirectory> { [Domain] = Directory } : [];
        var context = new WritebackContext(new TicketGate(serviceKey, TenantId, directories.Keys, Time), policy, Breaker, new WrongPasswords(Journal.PasswordTries, Time), Keys, new KnownAgents(KnownAgents), directories, Time);
        var writer = new PasswordWriter(context, Journal, WriterLog);
        Runner = new RequestRunner(context, Journal, writer, new OutcomeResolver(directories, Time), new Answers(identityKey, Time), RunnerLog);
        Preflight = new PreflightReader(context, PreflightLog);
    }

    public Ticket NewTicket(Operation operation = Operation.Reset) => new(
        operation.OldestVersion(), KeyId.Of(serviceKey), TenantId, Domain, Directory.ObjectGuid, operation, Guid.NewGuid(), sequence++, Time.GetUtcNow(), Time.GetUtcNow() + Ticket.Lifetime, "proofs");

    public SignedTicket Sign(Ticket ticket) => SignedTicket.Sign(ticket, serviceKey);

    public WritebackOrder Order(Ticket? ticket = null, string password = "Uus parool 1") => Order(Sign(ticket ?? NewTicket()), password);

    public WritebackOrder Order(SignedTicket signed, string password = "Uus parool 1") => new(signed.Compact, EnvelopeSealer.Seal(password, signed.Hash, [SealingKey]));

    /// <summary>With the passwords that the operation takes.</summary>
    public WritebackOrder Order(Operation operation, string current = "Vana parool 0", string fresh = "Uus parool 1")
    {
        var signed = Sign(NewTicket(operation));
        return operation is Operation.Unlock
            ? new WritebackOrder(signed.Compact, null)
            : new WritebackOrder(signed.Compact, EnvelopeSealer.Seal(operation.NeedsNewPassword() ? fresh : "", operation.NeedsCurrentPassword() ? current : "", signed.Hash, [SealingKey]));
    }

    public async Task<WritebackResult> CarryOutAsync(WritebackOrder order) => Read(await Runner.CarryOutAsync(order));

    public async Task<WritebackResult> ResolveAsync(WritebackOrder order) => Read(await Runner.ResolveAsync(new ResolveRequest(order.Ticket)));

    /// <summary>Asks each second, as the service does.</summary>
    public async Task<WritebackResult> ResolveForAsync(WritebackOrder order, TimeSpan patience)
    {
        var result = await ResolveAsync(order);
        for (var waited = TimeSpan.Zero; result.Outcome is Outcome.Unknown && waited < patience; waited += TimeSpan.FromSeconds(1))
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            result = await ResolveAsync(order);
        }

        return result;
    }

    public WritebackResult Read(string signed) => SignedResult.Verify(signed, identityKey) ?? throw new InvalidOperationException("not the agent's signature");

    public void Dispose()
    {
        serviceKey.Dispose();
        identityKey.Dispose();
    }
}
