using System.Net;
using System.Security.Cryptography;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Connections;

/// <summary>Makes bound connections to domain controllers by host name.</summary>
internal sealed class Dialer(DomainOptions options, NameResolver names, TimeProvider time)
{
    private const int LdapPort = 389;
    private const int LdapsPort = 636;

    private LdapSecurity Security => options.Credential is DirectoryCredential.Simple ? LdapSecurity.Tls : LdapSecurity.Kerberos;

    /// <exception cref="DirectoryException">Not one of its addresses gave a bound connection within the time.</exception>
    public async Task<DirectoryConnection> ConnectAsync(string server, Deadline whole)
    {
        using var deadline = whole.Within(options.ConnectTimeout);
        try
        {
            var addresses = await names.AddressesAsync(server, Security == LdapSecurity.Tls ? LdapsPort : LdapPort, deadline.Token);
            return await ConnectAnyAsync(addresses, (address, part) => ConnectOneAsync(server, address, part), deadline);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            throw new DirectoryException(Failures.Of(e, server, deadline), e);
        }
    }

    /// <summary>Over TLS, whatever the service account's own way of signing in.</summary>
    /// <exception cref="DirectoryException">Not one of its addresses gave a connection within the time.</exception>
    public async Task<LdapConnection> ConnectUnboundAsync(string server, Deadline whole)
    {
        using var deadline = whole.Within(options.ConnectTimeout);
        try
        {
            var addresses = await names.AddressesAsync(server, LdapsPort, deadline.Token);
            return await ConnectAnyAsync(
                addresses, (address, part) => LdapConnection.ConnectAsync(OptionsFor(server, WithTlsPort(address), LdapSecurity.Tls, part), part.Caller), deadline);
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            throw new DirectoryException(Failures.Of(e, server, deadline), e);
        }
    }

    // A port that was given is that of the service account's own protection.
    private IPEndPoint WithTlsPort(IPEndPoint address) => Security == LdapSecurity.Tls ? address : new IPEndPoint(address.Address, LdapsPort);

    // One address after the other: domain controllers rarely have more than one that is reachable.
    private static async Task<T> ConnectAnyAsync<T>(IReadOnlyList<IPEndPoint> addresses, Func<IPEndPoint, Deadline, Task<T>> connect, Deadline deadline)
    {
        for (var i = 0; ; i++)
        {
            using var part = deadline.Within(deadline.Left / (addresses.Count - i));
            try
            {
                return await connect(addresses[i], part);
            }
            catch (Exception e) when (Failures.IsOne(e, part) && i < addresses.Count - 1 && !deadline.HasPassed)
            {
                // The next address may do; the last one's failure is the one that is reported.
            }
        }
    }

    private async Task<DirectoryConnection> ConnectOneAsync(string server, IPEndPoint address, Deadline deadline)
    {
        var ldap = await LdapConnection.ConnectAsync(OptionsFor(server, address, Security, deadline), deadline.Caller);
        try
        {
            await BindAsync(ldap, server, deadline);
            var root = RootDse.From((await ldap.ReadAsync("", RootDse.Attributes, timeout: deadline.Left, cancellationToken: deadline.Caller))!);
            if (!LdapDn.Parse(root.DomainDn).Equals(LdapDn.OfDomain(options.DnsName)))
            {
                // Else every account of the domain that is meant would pass for deleted.
                throw new DirectoryException(new DirectoryFailure(FailureCause.Refused, $"{server} is a domain controller of {root.DomainDn}, not of {options.DnsName}.", server));
            }

            return new DirectoryConnection(ldap, server, root);
        }
        catch
        {
            await ldap.DisposeAsync();
            throw;
        }
    }

    private LdapConnectionOptions OptionsFor(string server, IPEndPoint address, LdapSecurity security, Deadline deadline) => new()
    {
        Host = server,
        Address = address.Address,
        Port = address.Port,
        Security = security,
        TrustedAuthorities = options.TrustedRoots,
        ConnectTimeout = deadline.Left,
        RequestTimeout = deadline.Left,
        TimeProvider = time,
    };

    private async Task BindAsync(LdapConnection ldap, string server, Deadline deadline)
    {
        var result = options.Credential switch
        {
            DirectoryCredential.Simple simple => await BindSimplyAsync(ldap, simple, server, deadline),
            DirectoryCredential.Kerberos kerberos => await ldap.BindAsync(
                LdapCredential.Kerberos(kerberos.Read is null ? null : await kerberos.Read(deadline.Token)), deadline.Left, deadline.Caller),
            _ => throw new InvalidOperationException("A closed record has grown."),
        };
        if (!result.IsSuccess)
        {
            throw Failures.OfResult(result, server) is { Cause: FailureCause.Busy } busy ? new DirectoryException(busy) : Refused(result.ToString(), server);
        }
    }

    private static async Task<LdapResult> BindSimplyAsync(LdapConnection ldap, DirectoryCredential.Simple credential, string server, Deadline deadline)
    {
        byte[] password;
        try
        {
            password = await credential.ReadPasswordUtf8(deadline.Token);
        }
        catch (IOException e)
        {
            throw Refused($"The service account's password could not be read: {e.Message}", server);
        }

        if (password.Length == 0)
        {
            throw Refused("The service account's password is empty.", server);
        }

        try
        {
            return await ldap.BindAsync(LdapCredential.Simple(credential.Name, password), deadline.Left, deadline.Caller);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    private static DirectoryException Refused(string detail, string server) =>
        new(new DirectoryFailure(FailureCause.CredentialRefused, detail, server));
}
