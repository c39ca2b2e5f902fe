using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Connections;

/// <summary>A bound connection to one domain controller, and what that said of itself when it began.</summary>
internal sealed class DirectoryConnection(LdapConnection ldap, string server, RootDse root) : IAsyncDisposable
{
    private const string InvocationId = "invocationId";
    private static readonly string[] TimeOnly = [RootDse.CurrentTime];
    private static readonly string[] InvocationIdOnly = [InvocationId];
    private static readonly TimeSpan InvocationIdLifetime = TimeSpan.FromSeconds(5);
    private Guid? _invocationId;
    private long _invocationIdAt;

    /// <summary>The host name that was verified by certificate or Kerberos.</summary>
    public string Server => server;

    public RootDse Root => root;

    public LdapConnection Ldap => ldap;

    public bool IsUsable => ldap.IsUsable;

    /// <summary>One object by name; null where there is none, or none to be seen.</summary>
    public async Task<LdapEntry?> ReadAsync(string dn, IReadOnlyList<string> attributes, Deadline deadline, params IReadOnlyList<LdapControl> controls) =>
        await ldap.ReadAsync(dn, attributes, controls, deadline.Left, deadline.Caller);

    /// <summary>Sends one modify. A cancellation by the caller has no effect once its bytes may be leaving; the deadline has.</summary>
    /// <exception cref="OperationCanceledException">Nothing was sent.</exception>
    public Task<LdapResult> ModifyAsync(string dn, IReadOnlyList<LdapModification> changes, Deadline deadline, params IReadOnlyList<LdapControl> controls) =>
        ldap.ModifyAsync(dn, changes, controls, deadline.Left, deadline.Caller);

    /// <summary>The same, but the wait for the answer has no end of its own: it is the caller's.</summary>
    public Task<Task<LdapResult>> BeginModifyAsync(string dn, IReadOnlyList<LdapModification> changes, Deadline deadline, params IReadOnlyList<LdapControl> controls) =>
        ldap.BeginModifyAsync(dn, changes, controls, deadline.Left, deadline.Caller);

    /// <summary>The server's clock, in whole seconds.</summary>
    public async Task<DateTimeOffset?> ReadTimeAsync(Deadline deadline) =>
        Accounts.AdTime.FromGeneralized((await ReadAsync("", TimeOnly, deadline))?.Text(RootDse.CurrentTime));

    /// <summary>
    /// By what the stamps of this domain controller's own writes are known; null where it may not be read. Restoring a backup changes it,
    /// and beginning to host another partition does, so that it is asked for anew after a while.
    /// </summary>
    public async Task<Guid?> ReadInvocationIdAsync(Deadline deadline)
    {
        var now = Environment.TickCount64;
        if (_invocationId is null || now - _invocationIdAt > InvocationIdLifetime.TotalMilliseconds)
        {
            (_invocationId, _invocationIdAt) = ((await ReadAsync(root.ServiceDn, InvocationIdOnly, deadline))?.Guid(InvocationId), now);
        }

        return _invocationId;
    }

    public ValueTask DisposeAsync() => ldap.DisposeAsync();
}
