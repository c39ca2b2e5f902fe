using System.Net;
using Tagasi.Ldap.Messages;
using Tagasi.Ldap.Wire;

namespace Tagasi.Ldap.Requests;

/// <summary>Carries binds out (RFC 4511, 4.2).</summary>
internal sealed class Binder(RequestPipeline pipeline, MessageStream messages, Func<NetworkCredential?, ISaslContext> newContext)
{
    // Kerberos takes one round or two; whoever asks for more leads nowhere.
    private const int MaxRounds = 8;
    private const string Mechanism = "GSS-SPNEGO";

    public async Task<LdapResult> SimpleAsync(SimpleCredential credential, Deadline deadline, CancellationToken cancellation)
    {
        var request = new PendingResult(
            (writer, id) => RequestEncoder.SimpleBind(writer, id, credential.Name, credential.Password.Span),
            Tag.BindResponse);
        try
        {
            return (await AskAsync(request, deadline, cancellation)).Result;
        }
        finally
        {
            request.Resume();
        }
    }

    /// <summary>Binds and, on success, seals the connection. Returns the seal, or null with the server's refusal.</summary>
    public async Task<(LdapResult Result, ISeal? Seal)> KerberosAsync(NetworkCredential? credential, Deadline deadline, CancellationToken cancellation)
    {
        await using var context = newContext(credential);
        ReadOnlyMemory<byte> challenge = default;
        for (var round = 0; round < MaxRounds; round++)
        {
            var token = await context.NextAsync(challenge, deadline, cancellation);
            var request = new PendingResult((writer, id) => RequestEncoder.SaslBind(writer, id, Mechanism, token), Tag.BindResponse);
            try
            {
                var answer = await AskAsync(request, deadline, cancellation);
                if (answer.Result.IsSuccess)
                {
                    var seal = await context.CompleteAsync(answer.SaslCredentials, deadline);
                    messages.SealWith(seal);
                    return (answer.Result, seal);
                }

                if (answer.Result.Code != LdapResultCode.SaslBindInProgress)
                {
                    return (answer.Result, null);
                }

                challenge = answer.SaslCredentials;
            }
            finally
            {
                // Only now may the reader look at what follows the answer: it is sealed, or it is not.
                request.Resume();
            }
        }

        throw new LdapConnectionException(LdapFailure.KerberosFailed, LdapStage.Bind, $"The server asked for more than {MaxRounds} rounds.");
    }

    private async Task<ResultMessage> AskAsync(PendingResult request, Deadline deadline, CancellationToken cancellation)
    {
        await pipeline.SendAsync(request, LdapStage.Bind, deadline, cancellation);
        return await pipeline.AnswerAsync(request, LdapStage.Bind, deadline);
    }
}
