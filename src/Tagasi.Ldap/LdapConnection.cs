using System.Net;
using Tagasi.Ldap.Messages;
using Tagasi.Ldap.Requests;
using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap;

/// <summary>One protected connection to one LDAP server, for any number of requests at a time.</summary>
/// <remarks>
/// <para>Invariants. Everything ends by its deadline, also against a server that is silent. No password goes over an unencrypted
/// connection. Referrals are told, never followed. Nothing is ever sent twice by itself.</para>
/// <para>After a deadline. A search is abandoned: its late answers are dropped and the connection stays usable. A bind or a modify breaks
/// the connection, since what the server made or will make of it is unknown, and closing is what ends it soonest.</para>
/// <para>Cancelling. A search stops at once. A bind or a modify is cancelled only as long as none of its bytes was sent; after that it
/// runs to its answer or its deadline, because a cancelled write would be an unknown outcome made on purpose.</para>
/// <para>Methods may be called from any thread at any time, but <see cref="BindAsync"/> only alone.</para>
/// </remarks>
public sealed class LdapConnection : IAsyncDisposable
{
    private const string BindAlone = "A bind is done alone (RFC 4511, 4.2.1).";

    private readonly LdapConnectionOptions _options;
    private readonly RequestPipeline _pipeline;
    private readonly Binder _binder;
    private ISeal? _seal;
    private int _isBinding;

    private LdapConnection(Stream stream, LdapConnectionOptions options, Func<NetworkCredential?, ISaslContext> newContext)
    {
        _options = options;
        var messages = new MessageStream(stream, options.MaxMessageBytes);
        _pipeline = new RequestPipeline(messages, options.TimeProvider);
        _binder = new Binder(_pipeline, messages, newContext);
    }

    /// <summary>False once the connection broke or was disposed of; it does not come back. True promises nothing about the server.</summary>
    public bool IsUsable => _pipeline.IsUsable;

    /// <summary>Connects and, under <see cref="LdapSecurity.Tls"/>, checks the server's certificate and name.</summary>
    /// <exception cref="LdapConnectionException">No connection; its failure and stage tell why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<LdapConnection> ConnectAsync(LdapConnectionOptions options, CancellationToken cancellationToken = default)
    {
        options.Check();
        var deadline = new Deadline(options.TimeProvider, options.ConnectTimeout);
        var server = await TcpConnector.ConnectAsync(options, deadline, cancellationToken);
        var stream = options.Security == LdapSecurity.Tls ? await TlsHandshake.StartAsync(server, options, deadline, cancellationToken) : server;
        return new LdapConnection(stream, options, credential => new KerberosContext(options.Host, credential));
    }

    /// <summary>Proves who is asking. Returns the server's answer: only <see cref="LdapResult.IsSuccess"/> means bound.</summary>
    /// <exception cref="LdapConnectionException">No answer, or no sealed Kerberos context; the connection is broken.</exception>
    /// <exception cref="InvalidOperationException">
    /// The credential is not of the connection's security, the connection is sealed already, or other requests are under way.
    /// </exception>
    public async Task<LdapResult> BindAsync(LdapCredential credential, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var deadline = NewDeadline(timeout);
        if (Interlocked.Exchange(ref _isBinding, 1) != 0)
        {
            throw new InvalidOperationException(BindAlone);
        }

        try
        {
            if (!_pipeline.IsIdle)
            {
                throw new InvalidOperationException(BindAlone);
            }

            return (credential, _options.Security) switch
            {
                (SimpleCredential simple, LdapSecurity.Tls) => await _binder.SimpleAsync(simple, deadline, cancellationToken),
                (KerberosCredential kerberos, LdapSecurity.Kerberos) when _seal is null => await SealAsync(kerberos, deadline, cancellationToken),
                _ => throw new InvalidOperationException(
                    $"{credential.GetType().Name} does not go with {_options.Security}, or the connection is sealed already."),
            };
        }
        finally
        {
            Volatile.Write(ref _isBinding, 0);
        }
    }

    /// <summary>Searches, as the result is enumerated.</summary>
    public LdapSearchResults SearchAsync(LdapSearch search, CancellationToken cancellationToken = default)
    {
        ThrowIfUnready();
        search.Check();
        var timeout = LdapConnectionOptions.CheckTimeout(search.Timeout ?? _options.RequestTimeout);
        return new LdapSearchResults(_pipeline, search, _options.TimeProvider, timeout, cancellationToken);
    }

    /// <summary>Reads one entry, or gives null when there is none by that name or it may not be seen.</summary>
    /// <param name="dn">Its name, empty for the root DSE, or <see cref="LdapDn.ForGuid"/>.</param>
    /// <param name="attributes">The attributes wanted; none means all user attributes.</param>
    /// <param name="controls">Controls for the request.</param>
    /// <param name="timeout">How long to wait, or null for the connection's own.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    /// <exception cref="LdapRefusedException">The server refused for another reason than that there is no such object.</exception>
    /// <exception cref="LdapConnectionException">No answer.</exception>
    public async Task<LdapEntry?> ReadAsync(
        string dn,
        IReadOnlyList<string> attributes,
        IReadOnlyList<LdapControl>? controls = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var search = new LdapSearch
        {
            BaseDn = dn, Scope = LdapScope.Base, Attributes = attributes, PageSize = null, Timeout = timeout, Controls = controls ?? [],
        };
        LdapEntry? found = null;
        try
        {
            await foreach (var entry in SearchAsync(search, cancellationToken))
            {
                found = found is null ? entry : throw new LdapProtocolException("Two entries by one name.");
            }
        }
        catch (LdapRefusedException e) when (e.Result.Code == LdapResultCode.NoSuchObject)
        {
            return null;
        }

        return found;
    }

    /// <summary>Changes an entry, all of it or nothing (RFC 4511, 4.6). Returns the server's answer, success or not.</summary>
    /// <exception cref="LdapConnectionException">
    /// No answer. <see cref="LdapConnectionException.MayHaveBeenCarriedOut"/> tells whether the change may have been made all the same.
    /// </exception>
    public async Task<LdapResult> ModifyAsync(
        string dn,
        IReadOnlyList<LdapModification> changes,
        IReadOnlyList<LdapControl>? controls = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var deadline = NewDeadline(timeout);
        var request = await SendModifyAsync(dn, changes, controls, deadline, cancellationToken);
        return (await _pipeline.AnswerAsync(request, LdapStage.Request, deadline)).Result;
    }

    /// <summary>As <see cref="ModifyAsync"/>, but without a limit to the wait for the answer, which ends with the connection at the latest.</summary>
    /// <param name="timeout">How long sending may take, or null for the connection's own.</param>
    /// <returns>The wait for the server's answer.</returns>
    /// <exception cref="LdapConnectionException">As there.</exception>
    public async Task<Task<LdapResult>> BeginModifyAsync(
        string dn,
        IReadOnlyList<LdapModification> changes,
        IReadOnlyList<LdapControl>? controls = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var request = await SendModifyAsync(dn, changes, controls, NewDeadline(timeout), cancellationToken);
        return AnswerAsync();

        async Task<LdapResult> AnswerAsync() => (await request.Answer).Result;
    }

    /// <summary>Says goodbye (unbind) if the server takes it within a second, and closes. Requests under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pipeline.SendUnansweredAsync(RequestEncoder.Unbind);
        await _pipeline.DisposeAsync();
        _seal?.Dispose();
    }

    /// <summary>For tests: a connection over a stream that was made elsewhere, taken to be protected.</summary>
    internal static LdapConnection Over(Stream stream, LdapConnectionOptions options, Func<ISaslContext>? newContext = null)
    {
        options.Check();
        return new LdapConnection(stream, options, _ => newContext!());
    }

    private async Task<PendingResult> SendModifyAsync(
        string dn, IReadOnlyList<LdapModification> changes, IReadOnlyList<LdapControl>? controls, Deadline deadline, CancellationToken cancellation)
    {
        ThrowIfUnready();
        if (changes.Count == 0)
        {
            throw new ArgumentException("A modify needs a change.", nameof(changes));
        }

        var request = new PendingResult((writer, id) => RequestEncoder.Modify(writer, id, dn, changes, controls ?? []), Tag.ModifyResponse);
        await _pipeline.SendAsync(request, LdapStage.Request, deadline, cancellation);
        return request;
    }

    private async Task<LdapResult> SealAsync(KerberosCredential credential, Deadline deadline, CancellationToken cancellation)
    {
        try
        {
            (var result, _seal) = await _binder.KerberosAsync(credential.Credential, deadline, cancellation);
            return result;
        }
        catch (LdapConnectionException e)
        {
            _pipeline.Break(e);
            throw;
        }
    }

    private Deadline NewDeadline(TimeSpan? timeout) =>
        new(_options.TimeProvider, LdapConnectionOptions.CheckTimeout(timeout ?? _options.RequestTimeout));

    private void ThrowIfUnready()
    {
        if (_options.Security == LdapSecurity.Kerberos && _seal is null)
        {
            throw new InvalidOperationException("Bind first: before it, a connection for Kerberos is not protected.");
        }

        if (Volatile.Read(ref _isBinding) != 0)
        {
            throw new InvalidOperationException(BindAlone);
        }
    }
}
