using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Tagasi.ActiveDirectory.Locating;

/// <summary>Names of domain controllers and their addresses: from the options where given, else from DNS.</summary>
internal sealed class NameResolver
{
    // One server's try; the caller's deadline bounds the whole.
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(2);

    // Its try and its repetition. DnsClient 1.8 was seen to wait for ever, its own timeout and cancellation passed, for a server that
    // had been stopped just before: hence a clock of our own.
    private static readonly TimeSpan LongestQuery = 2 * QueryTimeout + TimeSpan.FromSeconds(1);

    private readonly DomainOptions _options;
    private readonly IReadOnlyList<LookupClient> _dns;
    private readonly Dictionary<string, IPEndPoint> _hosts;

    public NameResolver(DomainOptions options)
    {
        _options = options;
        _hosts = new Dictionary<string, IPEndPoint>(options.HostAddresses, StringComparer.OrdinalIgnoreCase);

        // All at once, and the first answer counts: the DNS server is mostly a domain controller too, and the one that is lost.
        _dns = options.DnsServers.Count == 0 ? [Client(new LookupClientOptions())] : [.. options.DnsServers.Select(server => Client(new LookupClientOptions(server)))];
    }

    /// <summary>Where to begin: the host that DNS names as PDC emulator first, then all others; never a name twice.</summary>
    /// <exception cref="DirectoryException">No names.</exception>
    public async Task<IReadOnlyList<string>> ControllersAsync(CancellationToken ct)
    {
        if (_options.DomainControllers.Count > 0)
        {
            return _options.DomainControllers;
        }

        // [MS-ADTS] 6.3.2.3: the first is registered by the PDC emulator alone, the second by every writable domain controller.
        var pdc = ServicesAsync("pdc", ct);
        var all = ServicesAsync("dc", ct);
        IReadOnlyList<string> names = [.. (await pdc).Concat(await all).Distinct(StringComparer.OrdinalIgnoreCase)];
        return names.Count > 0
            ? names
            : throw Failed($"DNS has no _ldap._tcp.dc._msdcs.{_options.DnsName}.");
    }

    /// <summary>The domain controllers that DNS lists for a site: those in it, read-only ones included, and those that cover it.</summary>
    /// <exception cref="DirectoryException">None.</exception>
    public async Task<IReadOnlyList<string>> ControllersOfAsync(string site, CancellationToken ct)
    {
        var names = await ServicesAsync($"{site}._sites.dc", ct);
        return names.Count > 0
            ? [.. names.Distinct(StringComparer.OrdinalIgnoreCase)]
            : throw Failed($"DNS has no _ldap._tcp.{site}._sites.dc._msdcs.{_options.DnsName}.");
    }

    /// <summary>Whom DNS names as PDC emulator; null: nobody, or DNS does not answer.</summary>
    public async Task<string?> PdcEmulatorAsync(CancellationToken ct)
    {
        try
        {
            return await ServicesAsync("pdc", ct) is [var first, ..] ? first : null;
        }
        catch (DirectoryException)
        {
            return null;
        }
    }

    /// <summary>Addresses of a host, with the port to use there.</summary>
    /// <exception cref="DirectoryException">No address.</exception>
    public async Task<IReadOnlyList<IPEndPoint>> AddressesAsync(string host, int ordinaryPort, CancellationToken ct)
    {
        if (_hosts.TryGetValue(host, out var given))
        {
            return [given.Port == 0 ? new IPEndPoint(given.Address, ordinaryPort) : given];
        }

        var addresses = _options.DnsServers.Count == 0 ? await SystemAddressesAsync(host, ct) : await AskAddressesAsync(host, ct);
        return addresses.Count > 0
            ? [.. addresses.Select(a => new IPEndPoint(a, ordinaryPort))]
            : throw Failed($"DNS has no address of {host}.", host);
    }

    private static LookupClient Client(LookupClientOptions options)
    {
        options.Timeout = QueryTimeout;
        options.Retries = 1;
        options.UseCache = false; // records of a moved role live for ten minutes; what is kept is kept by PdcLocator
        return new LookupClient(options);
    }

    private static DirectoryException Failed(string detail, string? host = null, Exception? inner = null) =>
        new(new DirectoryFailure(FailureCause.NameResolution, detail, host), inner);

    // The system's own way knows the hosts file too.
    private static async Task<IReadOnlyList<IPAddress>> SystemAddressesAsync(string host, CancellationToken ct)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, ct).WaitAsync(ct); // which by itself is not stopped where it has begun
        }
        catch (SocketException e)
        {
            throw Failed($"{host}: {e.Message}", host, e);
        }
    }

    private async Task<IReadOnlyList<IPAddress>> AskAddressesAsync(string host, CancellationToken ct)
    {
        var v4 = AskAsync(host, QueryType.A, ct);
        var v6 = AskAsync(host, QueryType.AAAA, ct);
        return [.. (await v4).Concat(await v6).OfType<AddressRecord>().Select(r => r.Address)];
    }

    private async Task<IReadOnlyList<string>> ServicesAsync(string kind, CancellationToken ct)
    {
        var records = await AskAsync($"_ldap._tcp.{kind}._msdcs.{_options.DnsName}", QueryType.SRV, ct);
        return [.. records.OfType<SrvRecord>().OrderBy(r => r.Priority).ThenByDescending(r => r.Weight).Select(r => r.Target.Value.TrimEnd('.'))];
    }

    private async Task<IReadOnlyList<DnsResourceRecord>> AskAsync(string name, QueryType type, CancellationToken ct)
    {
        var failure = Failed($"{name}: no DNS server.");
        await foreach (var asked in Task.WhenEach(_dns.Select(server => AskAsync(server, name, type, ct))))
        {
            try
            {
                return await asked;
            }
            catch (DirectoryException e)
            {
                failure = e;
            }
        }

        throw failure;
    }

    private static async Task<IReadOnlyList<DnsResourceRecord>> AskAsync(LookupClient server, string name, QueryType type, CancellationToken ct)
    {
        try
        {
            var answer = await server.QueryAsync(name, type, QueryClass.IN, ct).WaitAsync(LongestQuery, ct);
            return answer.HasError && answer.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain
                ? throw Failed($"{name}: {answer.ErrorMessage}")
                : answer.Answers;
        }
        catch (Exception e) when (e is DnsResponseException or TimeoutException)
        {
            ct.ThrowIfCancellationRequested();
            throw Failed($"{name}: {e.Message}", inner: e);
        }
    }
}
