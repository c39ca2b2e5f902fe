using System.ComponentModel;
using System.Net;
using System.Net.Security;
using System.Security.Principal;
using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap.Requests;

/// <summary>A security context in the making. An interface, because a Kerberos context takes a KDC and the tests script a server without one.</summary>
internal interface ISaslContext : IAsyncDisposable
{
    /// <summary>The token to send next.</summary>
    Task<byte[]> NextAsync(ReadOnlyMemory<byte> challenge, Deadline deadline, CancellationToken cancellation);

    /// <summary>Takes the server's last token and gives the seal.</summary>
    Task<ISeal> CompleteAsync(ReadOnlyMemory<byte> lastToken, Deadline deadline);
}

/// <summary>A Kerberos context in the making, within SPNEGO. Accepts nothing but Kerberos, mutual, signed and encrypted.</summary>
internal sealed class KerberosContext(string host, NetworkCredential? credential) : ISaslContext
{
    private NegotiateAuthentication? _context;
    private Task? _running;
    private bool _isComplete;
    private bool _isHandedOver;

    public async Task<byte[]> NextAsync(ReadOnlyMemory<byte> challenge, Deadline deadline, CancellationToken cancellation)
    {
        var token = await StepAsync(challenge, deadline, cancellation) ?? [];
        // Windows' Negotiate falls back to NTLM by itself, which would hand a false server something to guess the password from.
        if (token.AsSpan().IndexOf("NTLMSSP\0"u8) >= 0)
        {
            throw Failed("no Kerberos ticket was to be had, and NTLM is not accepted");
        }

        return token;
    }

    public async Task<ISeal> CompleteAsync(ReadOnlyMemory<byte> lastToken, Deadline deadline)
    {
        if (!_isComplete)
        {
            await StepAsync(lastToken, deadline, CancellationToken.None);
        }

        if (!_isComplete || _context is not { IsMutuallyAuthenticated: true, IsSigned: true, IsEncrypted: true } context)
        {
            throw Failed("the server did not prove itself, or the connection would not be signed and encrypted");
        }

        _isHandedOver = true;
        return new KerberosSeal(context);
    }

    public ValueTask DisposeAsync()
    {
        if (!_isHandedOver)
        {
            // A step that was left behind still uses the context; it is disposed of when that ends.
            _ = (_running ?? Task.CompletedTask).ContinueWith(_ => _context?.Dispose(), TaskScheduler.Default);
        }

        return ValueTask.CompletedTask;
    }

    private async Task<byte[]?> StepAsync(ReadOnlyMemory<byte> challenge, Deadline deadline, CancellationToken cancellation)
    {
        // The system's library talks to the KDC and blocks for as long as its own configuration says: on a thread of its own, left behind
        // at the deadline.
        var step = Task.Factory.StartNew(() => Step(challenge), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _running = step;
        try
        {
            var (token, status) = await deadline.Limit(step, cancellation);
            _isComplete = status == NegotiateAuthenticationStatusCode.Completed;
            return _isComplete || status == NegotiateAuthenticationStatusCode.ContinueNeeded ? token : throw Failed($"{status}");
        }
        catch (TimeoutException e)
        {
            throw new LdapConnectionException(LdapFailure.TimedOut, LdapStage.Bind, "No Kerberos ticket in time: the KDC is silent.", inner: e);
        }
        catch (Exception e) when (e is PlatformNotSupportedException or TypeInitializationException or DllNotFoundException or Win32Exception)
        {
            throw Failed(e.Message, e);
        }
    }

    private (byte[]? Token, NegotiateAuthenticationStatusCode Status) Step(ReadOnlyMemory<byte> challenge)
    {
        _context ??= new NegotiateAuthentication(new NegotiateAuthenticationClientOptions
        {
            Package = "Negotiate",
            Credential = credential ?? CredentialCache.DefaultNetworkCredentials,
            TargetName = $"ldap/{host}",
            RequiredProtectionLevel = ProtectionLevel.EncryptAndSign,
            RequireMutualAuthentication = true,
            AllowedImpersonationLevel = TokenImpersonationLevel.Identification,
        });
        var token = _context.GetOutgoingBlob(challenge.Span, out var status);
        return (token, status);
    }

    private LdapConnectionException Failed(string why, Exception? inner = null) =>
        new(LdapFailure.KerberosFailed, LdapStage.Bind, $"No Kerberos context for ldap/{host}: {why}.", inner: inner);
}
