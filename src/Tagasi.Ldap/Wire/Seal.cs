using System.Buffers;
using System.Net.Security;

namespace Tagasi.Ldap.Wire;

/// <summary>The security layer of a Kerberos bind: what signs and encrypts, and what undoes it.</summary>
/// <remarks>An interface, because a Kerberos context takes a KDC to make and the tests script a server without one.</remarks>
internal interface ISeal : IDisposable
{
    /// <summary>Appends the sealed token of the plaintext.</summary>
    void Wrap(ReadOnlySpan<byte> plain, IBufferWriter<byte> output);

    /// <summary>Appends the plaintext of a sealed token.</summary>
    /// <exception cref="LdapProtocolException">The token was not made by the server, or was only signed.</exception>
    void Unwrap(ReadOnlySpan<byte> token, IBufferWriter<byte> output);
}

/// <summary>The seal of a completed Kerberos context.</summary>
internal sealed class KerberosSeal(NegotiateAuthentication context) : ISeal
{
    // The reader and the writer work at the same time; a GSS context does not promise to bear that.
    private readonly Lock _gate = new();

    public void Wrap(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        lock (_gate)
        {
            var status = context.Wrap(plain, output, requestEncryption: true, out var encrypted);
            if (status != NegotiateAuthenticationStatusCode.Completed || !encrypted)
            {
                throw new IOException($"The request could not be sealed: {status}.");
            }
        }
    }

    public void Unwrap(ReadOnlySpan<byte> token, IBufferWriter<byte> output)
    {
        lock (_gate)
        {
            var status = context.Unwrap(token, output, out var encrypted);
            if (status != NegotiateAuthenticationStatusCode.Completed || !encrypted)
            {
                throw new LdapProtocolException($"A frame whose seal does not hold: {status}, {(encrypted ? "encrypted" : "not encrypted")}.");
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            context.Dispose();
        }
    }
}
